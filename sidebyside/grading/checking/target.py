"""The assignment that is checked: its notebooks, tasks, blanks and the jobs made from them."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import ClearSolutions
from traitlets.config import Config

from sidebyside.authoring.answers import Answer, read_bank
from sidebyside.authoring.notebooks import NotebookError, read
from sidebyside.errors import SideBySideError
from sidebyside.grading.checking.mutation import imported_names
from sidebyside.grading.contract import Job, Limits
from sidebyside.grading.course.directory import Course
from sidebyside.grading.examiner.plan import STUDENT_SIDE


class CheckError(SideBySideError):
    """An assignment can't be checked at all."""


@dataclass(frozen=True)
class Target:
    """One notebook of an assignment.

    Attributes:
        assignment: the assignment's name; ``notebook`` the file's, without its ending.
        instructor: the author's notebook, solutions and hidden tests included.
        reference: the source of every solution cell that tests grade, by ``grade_id``.
        blank: the same cells as students get them.
        groups: tasks, each a tuple of solution cells, with the graded cells that follow them. A
            solution cell without tests belongs to the next one that has some.
        points: the maximum of every graded cell, by ``grade_id``.
        modules: names bound by imports.
        files: what lies beside the notebook.
        bank: wrong and right answers; None if the course has no bank.
        limits: of a submission.
    """

    assignment: str
    notebook: str
    instructor: NotebookNode
    reference: Mapping[str, str]
    blank: Mapping[str, str]
    groups: Mapping[tuple[str, ...], tuple[str, ...]]
    points: Mapping[str, float]
    modules: frozenset[str] = frozenset()
    files: Mapping[str, bytes] = field(default_factory=dict)
    bank: tuple[Answer, ...] | None = None
    limits: Limits = field(default_factory=Limits)

    def group_of(self, task: str) -> tuple[str, ...]:
        """The group that a solution cell belongs to."""
        return next(group for group in self.groups if task in group)

    def job(self, student: str, answers: Mapping[str, str]) -> Job:
        """A submission: ``answers`` (source by ``grade_id``) where given, else the reference."""
        submitted = copy.deepcopy(self.instructor)
        for cell in submitted.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
                grade_id = _marks(cell).get("grade_id")
                cell.source = answers.get(grade_id, cell.source)
        return Job(
            assignment=self.assignment,
            student=student,
            notebook=self.notebook,
            instructor=self.instructor,
            submitted=submitted,
            files=self.files,
            instructor_files=self.files,
            limits=self.limits,
        )


def _marks(cell: NotebookNode) -> Mapping:
    return cell.metadata.get("nbgrader", {})


def solutions(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """Code cells that a student fills in and that tests, not people, grade."""
    return {
        _marks(c)["grade_id"]: c
        for c in notebook.cells
        if c.cell_type == "code" and _marks(c).get("solution") and not _marks(c).get("grade")
    }


def given(notebook: NotebookNode) -> list[NotebookNode]:
    """Locked cells that run on the student's side: through them tests call the answers."""
    return [
        c
        for c in notebook.cells
        if c.cell_type == "code" and _marks(c).get("locked") and not _marks(c).get("grade")
        if STUDENT_SIDE in c.metadata.get("tags", [])
    ]


def tests(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """Code cells that carry points and are the author's."""
    return {
        _marks(c)["grade_id"]: c
        for c in notebook.cells
        if c.cell_type == "code" and _marks(c).get("grade") and not _marks(c).get("solution")
    }


def groups(notebook: NotebookNode) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Solution cells, and the graded cells between them and the next ones."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    tasks: tuple[str, ...] = ()
    graded: tuple[str, ...] = ()
    for cell in notebook.cells:
        marks = _marks(cell)
        if cell.cell_type != "code" or not (marks.get("solution") or marks.get("grade")):
            continue
        if marks.get("grade") and not marks.get("solution"):
            graded = (*graded, marks["grade_id"])
        elif marks.get("solution") and not marks.get("grade"):
            if graded and tasks:
                found[tasks] = graded
                tasks = ()
            tasks, graded = (*tasks, marks["grade_id"]), ()
    if tasks:
        found[tasks] = graded
    return found


def target(
    notebook: NotebookNode,
    *,
    assignment: str,
    name: str,
    config: Config | None = None,
    files: Mapping[str, bytes] | None = None,
    bank: Sequence[Answer] | None = None,
    limits: Limits | None = None,
) -> Target:
    """Everything that is known of a notebook before anything runs.

    Raises:
        CheckError: nbgrader can't take the solutions out of it.
    """
    cleared = copy.deepcopy(notebook)
    try:
        cleared, _ = ClearSolutions(config=config).preprocess(cleared, {})
    except Exception as error:
        raise CheckError(
            f"{name}.ipynb: nbgrader can't make the students' version: {error}"
        ) from error
    return Target(
        assignment=assignment,
        notebook=name,
        instructor=notebook,
        reference={grade_id: cell.source for grade_id, cell in solutions(notebook).items()},
        blank={grade_id: cell.source for grade_id, cell in solutions(cleared).items()},
        groups=groups(notebook),
        points={g: float(_marks(c).get("points") or 0) for g, c in tests(notebook).items()},
        modules=frozenset(
            imported_names(c.source for c in notebook.cells if c.cell_type == "code")
        ),
        files=dict(files or {}),
        bank=None if bank is None else tuple(bank),
        limits=limits or Limits(),
    )


def read_targets(
    assignment: str, course: Path, bank: Path | None, limits: Limits | None = None
) -> list[Target]:
    """The notebooks of an assignment, from any nbgrader course.

    Args:
        course: the course's root.
        bank: the folder with ``wrong/`` and ``right/``; None for ``tests/answers/ASSIGNMENT`` of
            the course, if there is one.

    Raises:
        CourseError: there is no such course or assignment.
        CheckError: a notebook can't be read, or there is no such bank.
    """
    where = Course(course)
    where.check_assignment(assignment)
    folder = where.folder("source", ".", assignment)
    paths = sorted(folder.glob("*.ipynb"))
    if not paths:
        raise CheckError(f"{folder} has no notebook: a check needs the author's version")
    if bank is not None and not bank.is_dir():
        raise CheckError(f"there is no answer bank at {bank}")
    bank = bank or where.root / "tests" / "answers" / assignment
    answers = read_bank(assignment, bank) if bank.is_dir() else None
    files = {
        str(p.relative_to(folder)): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
        and p.suffix != ".ipynb"
        and not any(where.ignored(part) for part in p.relative_to(folder).parts)
    }
    found = []
    for path in paths:
        try:
            notebook = read(path)
        except NotebookError as error:
            raise CheckError(str(error)) from error
        for cell in notebook.cells:  # marks of an older nbgrader
            MetadataValidator().upgrade_cell_metadata(cell)
        found.append(
            target(
                notebook,
                assignment=assignment,
                name=path.stem,
                config=where.config,
                files=files,
                bank=answers,
                limits=limits or where.limits(),
            )
        )
    return found
