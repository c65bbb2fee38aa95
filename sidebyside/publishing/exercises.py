"""The page of exercises: what each assignment asks and what it is worth, from its own notebook."""

from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from .assignments import Assignment
from .markup import page_link, paragraph, points, table
from .site import course_of


def setup(app: Sphinx) -> None:
    app.add_directive("exercises", Exercises)


class Exercises(SphinxDirective):
    """A section for every assignment in ``source/``, in the order of the curriculum."""

    def run(self) -> list[nodes.Node]:
        course = course_of(self.env.app)
        order = [entry.assignment for entry in course.curriculum]
        known = sorted(
            course.assignments.values(),
            key=lambda a: (order.index(a.name) if a.name in order else len(order), a.name),
        )
        if not known:
            return [paragraph("No assignment is written yet.")]
        return [self._section(assignment) for assignment in known]

    def _section(self, assignment: Assignment) -> nodes.section:
        docname, label = self.env.docname, f"assignment-{assignment.name}"
        section = nodes.section("", nodes.title("", assignment.title), ids=[label], names=[label])
        self.env.get_domain("std").note_hyperlink_target(label, docname, label, assignment.title)
        introduction = StringList(assignment.introduction.splitlines(), source=assignment.name)
        self.state.nested_parse(introduction, self.content_offset, section)
        section += paragraph(*self._summary(assignment))
        rows = [(task.title, f"{task.points:g}") for task in assignment.tasks]
        rows.append((nodes.strong("", "Together"), nodes.strong("", f"{assignment.points:g}")))
        section += table(("Task", "Points"), rows, (80, 20))
        return section

    def _summary(self, assignment: Assignment):
        course, docname = course_of(self.env.app), self.env.docname
        entry = course.chapter_of(assignment.name)
        yield f"{len(assignment.tasks)} tasks, {points(assignment.points)}"
        if entry is not None and entry.name in course.chapters:
            yield ". Belongs to "
            yield page_link(entry.label, entry.docname, docname)
        yield ". Open it with "
        yield nodes.literal("", "make lab")
        yield " at "
        yield nodes.literal("", f"exercises/{assignment.name}/{assignment.name}.ipynb")
        student = f"exercises/{assignment.name}/{assignment.name}.ipynb"
        if Path(self.env.srcdir, student).exists():
            yield ", or "
            yield addnodes.download_reference(
                "",
                "",
                nodes.inline("", "download the notebook"),
                refdoc=docname,
                refdomain="",
                reftype="download",
                reftarget=f"/{student}",
                refexplicit=True,
                refwarn=False,
            )
        yield "."
