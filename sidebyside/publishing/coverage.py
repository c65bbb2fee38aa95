"""The coverage page, and the list of chapters on the landing page: both made from the notebooks."""

from itertools import groupby

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from sidebyside.frameworks import LABELS

from .badges import reading_time
from .chapters import Chapter
from .course import Course
from .curriculum import Entry
from .markup import bullets, label_link, page_link, paragraph, points, seconds, spanning, table
from .site import course_of


def setup(app: Sphinx) -> None:
    app.add_directive("coverage", Coverage)
    app.add_directive("planned-chapters", PlannedChapters)
    app.add_directive("chapter-list", ChapterList)


class Coverage(SphinxDirective):
    """A row for every written chapter, read from its notebook."""

    def run(self) -> list[nodes.Node]:
        course = course_of(self.env.app)
        if not course.written:
            return [paragraph("No chapter is written yet.")]
        header = (
            "Chapter",
            *LABELS.values(),
            "Parity tables",
            "Largest difference",
            "Assignment",
            "To read",
            "On CPU",
            "On GPU",
        )
        rows = [_row(entry, chapter, course, self.env.docname) for entry, chapter in course.written]
        return [table(header, rows, (28, 8, 10, 8, 8, 12, 16, 12, 8, 12), ("coverage",))]


def _row(entry: Entry, chapter: Chapter, course: Course, docname: str):
    yield page_link(entry.label, entry.docname, docname)
    for name in LABELS:
        yield _presence(name in chapter.implementations, name in entry.implementations)
    yield str(len(chapter.parity)) if chapter.parity else ("missing" if entry.parity else "–")
    yield f"{chapter.largest:.1e}" if chapter.largest is not None else "–"
    yield _assignment(entry, course, docname)
    yield reading_time(chapter)
    for measured in (chapter.measured.cpu_seconds, chapter.measured.gpu_seconds):
        yield seconds(measured) if measured is not None else "not yet"


def _presence(there: bool, needed: bool) -> str:
    return "yes" if there else "missing" if needed else "–"


def _assignment(entry: Entry, course: Course, docname: str):
    if entry.assignment is None:
        return "–"
    found = course.assignments.get(entry.assignment)
    if found is None:
        return f"{entry.assignment}: missing"
    return label_link(found.name, f"assignment-{found.name}", docname), f", {points(found.points)}"


class PlannedChapters(SphinxDirective):
    """The chapters of the curriculum that have no notebook yet, by part."""

    def run(self) -> list[nodes.Node]:
        planned = course_of(self.env.app).planned
        if not planned:
            return [paragraph("Every chapter of the curriculum is written.")]
        rows = []
        for part, entries in groupby(planned, key=lambda entry: entry.part):
            for place, entry in enumerate(found := list(entries)):
                first = [spanning(part, len(found))] if place == 0 else []
                rows.append((*first, entry.label, _needs(entry), entry.assignment or "–"))
        return [table(("Part", "Chapter", "Will have", "Assignment"), rows, (18, 32, 30, 20))]


def _needs(entry: Entry) -> str:
    names = [LABELS[name] for name in entry.implementations]
    return ", ".join([*names, *(["parity"] if entry.parity else [])])


class ChapterList(SphinxDirective):
    """The written chapters with what each costs and offers, then the planned ones by part."""

    def run(self) -> list[nodes.Node]:
        course, docname = course_of(self.env.app), self.env.docname
        standing = bullets(
            [tuple(_standing(entry, chapter, docname)) for entry, chapter in course.written],
            ("chapter-list",),
        )
        parts = dict.fromkeys(entry.part for entry in course.planned)
        planned = [
            (nodes.strong("", part), ": " + ", ".join(e.title for e in entries) + ".")
            for part in parts
            if (entries := [entry for entry in course.planned if entry.part == part])
        ]
        total = len(course.curriculum)
        said = (
            f"{len(course.written)} of {total} chapters stand. ",
            page_link("Coverage", "book/coverage", docname),
            " shows what each contains, read from the notebooks when the book is built.",
        )
        made: list[nodes.Node] = [paragraph(*said)]
        if course.written:
            made.append(standing)
        if planned:
            made += [paragraph("Planned:"), bullets(planned, ("planned-list",))]
        return made


def _standing(entry: Entry, chapter: Chapter, docname: str):
    facts = [" · ".join(LABELS[name] for name in chapter.implementations)]
    facts.append(f"{reading_time(chapter)} to read")
    if chapter.measured.cpu_seconds is not None:
        facts.append(f"{seconds(chapter.measured.cpu_seconds)} of processor time to run")
    if entry.assignment:
        facts.append("with an assignment")
    yield page_link(entry.label, entry.docname, docname)
    yield nodes.inline("", ", ".join(facts), classes=["chapter-facts"])
