"""The page *Old code, new code*: a section with an anchor for every file of ``book/old-code/``."""

from itertools import groupby
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from sidebyside.frameworks import LABELS

from .markup import label_link, page_link, paragraph, table
from .old_rows import GROUPS, SYMPTOMS, WAYS, OldRow, locked_versions, read_old_rows
from .site import course_of

FOLDER = Path("book/old-code")


def setup(app: Sphinx) -> None:
    app.add_directive("old-code", OldCode)


class OldCode(SphinxDirective):
    """A summary of all rows, then the rows by group."""

    def run(self) -> list[nodes.Node]:
        root = Path(self.env.srcdir)
        rows = read_old_rows(root / FOLDER)
        self.versions = locked_versions(root / "requirements.txt")
        grouped = {group: list(found) for group, found in groupby(rows, key=lambda r: r.group)}
        made: list[nodes.Node] = [self._summary(rows)]
        for group, found in grouped.items():
            section = nodes.section("", nodes.title("", GROUPS[group]), ids=[f"old-{group}"])
            section += [self._section(row) for row in found]
            made.append(section)
        return made

    def _summary(self, rows: tuple[OldRow, ...]) -> nodes.Node:
        lines = []
        for row in rows:
            link = label_link(row.title.replace("`", ""), f"old-{row.name}", self.env.docname)
            lines.append((link, GROUPS[row.group], SYMPTOMS[row.symptom]))
        return table(("What you have", "Where", "What you see"), lines, (60, 20, 20))

    def _section(self, row: OldRow) -> nodes.section:
        docname, label = self.env.docname, f"old-{row.name}"
        plain = row.title.replace("`", "")
        title = nodes.title("", "", *_inline(row.title))
        section = nodes.section("", title, ids=[label], names=[label])
        self.env.get_domain("std").note_hyperlink_target(label, docname, label, plain)
        section += self._code(row.old, "python")
        if row.messages:
            section += paragraph("What you see: ", nodes.strong("", SYMPTOMS[row.symptom]), ".")
            section += [self._code(message, "text") for message in row.messages]
        else:
            section += paragraph("What you see: ", nodes.strong("", "nothing"), ". What happens:")
            self._parse(row.harm, section)
        if row.also:
            section += paragraph("Also:")
        for line, message in row.also.items():
            section += [self._code(line, "python"), self._code(message, "text")]
        section += paragraph(f"Seen with {self._seen(row)}.", classes=("seen-with",))
        self._parse(f"**Why.** {row.reason}", section)
        self._parse(_tabs(row), section)
        course = course_of(self.env.app)
        entry = course.entry(row.chapter)
        if entry and entry.name in course.chapters:
            section += paragraph("More: ", page_link(entry.label, entry.docname, docname), ".")
        return section

    def _seen(self, row: OldRow) -> str:
        return row.seen or ", ".join(f"{name} {self.versions[name]}" for name in row.packages)

    def _code(self, text: str, language: str) -> nodes.literal_block:
        block = nodes.literal_block(text, text, language=language)
        block["classes"].append("message" if language == "text" else "old-line")
        return block

    def _parse(self, text: str, into: nodes.Element) -> None:
        lines = StringList(text.splitlines(), source=self.env.docname)
        self.state.nested_parse(lines, self.content_offset, into)


def _inline(title: str) -> list[nodes.Node]:
    """A title's text, with what stands between backticks as code."""
    parts = title.split("`")
    return [nodes.literal("", part) if i % 2 else nodes.Text(part) for i, part in enumerate(parts)]


def _tabs(row: OldRow) -> str:
    """The new code: in the framework tabs of the book, or by itself where it serves both."""
    if "both" in row.new:
        return f"Instead, with either framework:\n\n```python\n{row.new['both']}\n```"
    tabs = "".join(_tab(WAYS[way], code) for way, code in row.new.items())
    options = ":sync-group: framework\n:class: framework-tabs"
    return f"Instead:\n\n::::{{tab-set}}\n{options}\n\n{tabs}::::"


def _tab(framework: str, code: str) -> str:
    classes = "".join(f":class-{part}: framework-{framework}\n" for part in ("label", "content"))
    head = f":::{{tab-item}} {LABELS[framework]}\n:sync: {framework}\n{classes}"
    return f"{head}\n```python\n{code}\n```\n:::\n"
