"""The badge under a chapter's title: times, data, what to read first, assignment, frameworks."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from sidebyside.frameworks import LABELS

from .chapters import Chapter, Measured
from .course import Course
from .launch import notebook_links
from .markup import label_link, minutes, page_link, paragraph, points, seconds
from .reading import reading
from .site import course_of


def setup(app: Sphinx) -> None:
    app.add_transform(Badge)


class Badge(SphinxTransform):
    """Put the badge under the title of every page that is a chapter."""

    default_priority = 710

    def apply(self, **kwargs) -> None:
        docname = self.env.docname
        course = course_of(self.app)
        chapter = course.chapter_at(docname)
        section = next(self.document.findall(nodes.section), None)
        if chapter is None or section is None:
            return
        title = section.next_node(nodes.title)
        facts = [_fact(name, *value) for name, value in _facts(chapter, course, docname) if value]
        badge = nodes.container("", *facts, classes=["badge-box"])
        links = notebook_links(self.app, docname)
        section.insert(section.index(title) + 1, [badge, *links])


def _fact(name: str, *value: nodes.Node | str) -> nodes.Node:
    label = nodes.paragraph("", name, classes=["badge-name"])
    return nodes.container("", label, paragraph(*value), classes=["badge-fact"])


def _facts(chapter: Chapter, course: Course, docname: str):
    yield "Frameworks", (" · ".join(LABELS[name] for name in chapter.implementations),)
    yield "Time to read", (reading_time(chapter),)
    yield "Time on CPU", (cpu_time(chapter.measured),)
    yield "Time on GPU", (gpu_time(chapter.measured),)
    yield "Data", (", ".join(chapter.data) or "none",)
    yield "Read first", _prerequisites(chapter, course, docname)
    yield "Assignment", _assignment(chapter, course, docname)


def reading_time(chapter: Chapter) -> str:
    """Such as "core 45 min, all 63 min"."""
    found = reading(chapter.cells)
    return minutes(found.core.minutes, found.whole.minutes)


def cpu_time(measured: Measured) -> str:
    """Such as "48 s of processor time, 1.2 GB of memory"."""
    if measured.cpu_seconds is None:
        return "not measured yet"
    said = f"{seconds(measured.cpu_seconds)} of processor time"
    if measured.peak_memory_mb:
        said += f", {measured.peak_memory_mb / 1000:.1f} GB of memory"
    return said


def gpu_time(measured: Measured) -> str:
    if measured.gpu_seconds is None:
        return "not measured yet"
    return seconds(measured.gpu_seconds) + (f" on {measured.gpu}" if measured.gpu else "")


def _prerequisites(chapter: Chapter, course: Course, docname: str) -> tuple[nodes.Node | str, ...]:
    said: list[nodes.Node | str] = []
    for number in chapter.prerequisites:
        entry = course.entry(number)
        if entry is None:
            continue
        said += ["; "] if said else []
        if entry.name in course.chapters:
            said.append(page_link(entry.label, entry.docname, docname))
        else:
            said.append(f"{entry.label} (planned)")
    return tuple(said) or ("nothing",)


def _assignment(chapter: Chapter, course: Course, docname: str) -> tuple[nodes.Node | str, ...]:
    if not chapter.assignment:
        return ("none",)
    found = course.assignments.get(chapter.assignment)
    if found is None:
        return (f"{chapter.assignment} (planned)",)
    link = label_link(found.name, f"assignment-{found.name}", docname)
    return link, f", {points(found.points)}"
