"""Further sections: what lies outside a chapter's core is folded, and says how long it is to read.

A section is a further one if the notebook's cell that begins with its heading is tagged so. In
HTML it becomes a ``<details>``, which needs no script; ``further.js`` opens it for a link or a
search that leads into it, ``printing.js`` and the style sheet on paper. Other builders keep a
plain section.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

from .chapters import Chapter
from .reading import FURTHER, further, heading_level, size, tags
from .site import course_of

CELL = 10_000
"""MyST-NB numbers the lines of a notebook's n-th cell, counted from 1, from n times this."""


def setup(app: Sphinx) -> None:
    app.add_transform(FurtherSections)
    app.add_post_transform(Fold)
    app.connect("doctree-read", _mark_contents, priority=600)  # the contents are made at 500
    app.add_js_file("further.js")


def further_minutes(chapter: Chapter) -> dict[int, int]:
    """Minutes to read each further section, by the number of the cell that begins it."""
    found = {}
    for number, cell in enumerate(chapter.cells, start=1):
        level = heading_level(cell)
        if level and FURTHER in tags(cell):
            found[number] = max(1, size(_section(chapter.cells[number - 1 :], level)).minutes)
    return found


def _section(cells: tuple[dict, ...], level: int) -> tuple[dict, ...]:
    """The further section that the first of these cells begins, without a next one beside it."""
    for i, (cell, outside_the_core) in enumerate(zip(cells, further(cells), strict=True)):
        if not outside_the_core or (i and 0 < heading_level(cell) <= level):
            return cells[:i]
    return cells


class FurtherSections(SphinxTransform):
    """Write into a chapter's further sections what they are, for the contents and for the page."""

    default_priority = 720

    def apply(self, **kwargs) -> None:
        chapter = course_of(self.app).chapter_at(self.env.docname)
        minutes = further_minutes(chapter) if chapter else {}
        for section in self.document.findall(nodes.section):
            # a cell may hold several headings: the first one is what the tag is about
            cell = (section.line or 0) // CELL
            if cell in minutes:
                section["classes"].append(FURTHER)
                section["minutes"] = minutes.pop(cell)


def _mark_contents(app: Sphinx, doctree: nodes.document) -> None:
    """Say in the page's list of contents which sections go further, and how long they are."""
    minutes = {f"#{s['ids'][0]}": s["minutes"] for s in doctree.findall(is_further)}
    for entry in app.env.tocs[app.env.docname].findall(nodes.reference):
        if (said := minutes.get(entry["anchorname"])) is not None:
            entry += nodes.inline("", f" further, {said} min", classes=["further-mark"])


def is_further(node: nodes.Node) -> bool:
    return isinstance(node, nodes.section) and "minutes" in node


class Fold(SphinxPostTransform):
    """Fold each further section under its heading, which stays the section's own title."""

    default_priority = 700
    formats = ("html",)

    def run(self, **kwargs) -> None:
        for section in list(self.document.findall(is_further)):
            title, *rest = section.children
            said = f"Further · {section['minutes']} min to read"
            note = nodes.inline("", said, classes=["further-note"])
            opening, closing = _html('<details class="further">\n<summary>'), _html("</details>\n")
            section[:] = [opening, title, note, _html("</summary>\n"), *rest, closing]


def _html(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")
