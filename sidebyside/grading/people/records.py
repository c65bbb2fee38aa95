"""What the gradebook knows about a graded assignment: final scores and the examiner's records."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import sqlalchemy
from nbgrader import api
from sqlalchemy import select
from sqlalchemy.orm import Session

from sidebyside.grading.contract import FAILED, MANUAL, PARTIAL, PASSED, UNPROVEN
from sidebyside.grading.course.errors import CourseError, GradebookError
from sidebyside.grading.people.text import one_line

TABLE = "sidebyside_record"
UNRECORDED = "unrecorded"  # scored by nbgrader alone, which leaves no reason


@dataclass(frozen=True)
class Mark:
    """One graded cell of one submission.

    Attributes:
        notebook, cell: nbgrader's names; ``key`` is both.
        points: the maximum.
        score: what counts: a person's score before the machine's, extra credit included.
        manual: whether a person's score is still missing.
        status: of contract.py, or UNRECORDED.
        reason: why not all points, as the student is told; student-controlled.
        hidden, error, seconds: as in ``contract.CellOutcome``.
    """

    notebook: str
    cell: str
    points: float
    score: float
    manual: bool = False
    status: str = UNRECORDED
    reason: str = ""
    hidden: bool = False
    error: str = ""
    seconds: float = 0.0

    @property
    def key(self) -> str:
        return f"{self.notebook}/{self.cell}"

    @property
    def lost(self) -> float:
        return max(0.0, self.points - self.score)


@dataclass(frozen=True)
class Record:
    """One student's submission to an assignment, all its notebooks.

    Attributes:
        student: nbgrader's id. The names, ``email``, ``lms_id``: what the gradebook knows besides.
        raw, penalty, score: points, late penalty, and what is left of them, not below zero.
        points: the maximum.
        marks: the graded cells in the notebooks' order.
        examined: the notebooks that have an examiner's record.
        notes: what a person should look at, from the examiner.
        seconds: wall time; ``cpu_seconds``; ``memory``: peak, in bytes; ``restarts``.
        digest: of each notebook's job; equal digests mean equal submissions.
        conditions: how it was examined, as far as the record says.
    """

    student: str
    points: float
    marks: tuple[Mark, ...]
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""
    raw: float = 0.0
    penalty: float = 0.0
    handed_in: datetime.datetime | None = None
    notebooks: tuple[str, ...] = ()
    examined: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    memory: int = 0
    restarts: int = 0
    seeds: Mapping[str, int] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    graded_at: datetime.datetime | None = None
    conditions: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part)

    @property
    def score(self) -> float:
        return max(0.0, self.raw - self.penalty)

    @property
    def share(self) -> float:
        """Score over points, 0 where there are none to earn."""
        return self.score / self.points if self.points else 0.0

    @property
    def full(self) -> bool:
        return bool(self.points) and self.score >= self.points - 1e-9

    @property
    def manual(self) -> bool:
        """Whether a person has still to grade something."""
        return any(mark.manual for mark in self.marks)

    @property
    def unexamined(self) -> bool:
        """Whether the examiner left no record of some notebook."""
        return set(self.notebooks) != set(self.examined)

    def mark(self, key: str) -> Mark | None:
        return next((mark for mark in self.marks if mark.key == key), None)


@dataclass(frozen=True)
class Task:
    """Graded cells that test one answer of the student.

    Attributes:
        name: ``grade_id`` of the solution cell (or of the graded cell that stands alone).
        title: the heading above it, or the name.
        cells: keys of the graded cells. ``points``: of all of them.
    """

    name: str
    title: str
    cells: tuple[str, ...]
    points: float


@dataclass(frozen=True)
class Results:
    """A graded assignment: ``records`` by student's id, ``tasks``, and who handed nothing in."""

    assignment: str
    records: tuple[Record, ...]
    tasks: tuple[Task, ...]
    points: float
    missing: tuple[str, ...] = ()

    def task_score(self, record: Record, task: Task) -> float:
        return sum(mark.score for mark in record.marks if mark.key in task.cells)


def read_records(
    db_url: str, assignment: str, instructors: Mapping[str, Path] | None = None
) -> list[Record]:
    """Every submission of an assignment; see ``read_results``."""
    return list(read_results(db_url, assignment, instructors).records)


def read_results(
    db_url: str, assignment: str, instructors: Mapping[str, Path] | None = None
) -> Results:
    """Read a graded assignment from nbgrader's gradebook.

    Scores are the gradebook's (a person's grading and late penalties included), the rest comes from
    the table ``sidebyside_record``, where there is one.

    Args:
        db_url: the gradebook's address, as SQLAlchemy writes it.
        assignment: its name.
        instructors: the instructor's notebooks by name: they give the tasks, their titles and the
            order of the cells. Without them each graded cell is a task of its own.

    Raises:
        CourseError: there is no such gradebook or assignment.
        GradebookError: the gradebook can't be read.
    """
    path = db_url.removeprefix("sqlite:///")
    if path != db_url and path and not Path(path).exists():
        raise CourseError(f"there is no gradebook at {path}; grade the assignment first")
    # not nbgrader's Gradebook: opening that one writes
    try:
        engine = sqlalchemy.create_engine(db_url)
        try:
            with Session(engine) as session:
                return _read(session, assignment, instructors or {})
        finally:
            engine.dispose()
    except (sqlalchemy.exc.SQLAlchemyError, ImportError) as error:
        said = one_line(error, 200)
        raise GradebookError(f"the gradebook can't be read: {said}") from error


def _read(session, assignment: str, instructors: Mapping[str, Path]) -> Results:
    known = session.scalar(select(api.Assignment.id).where(api.Assignment.name == assignment))
    if known is None:
        names = ", ".join(session.scalars(select(api.Assignment.name)))
        raise CourseError(
            f"the gradebook knows no assignment {assignment!r} (it has: {names or 'none'})"
        )
    graded = _graded_cells(session, known)
    layout = _layout(instructors, graded)
    order = {key: n for n, key in enumerate(key for task in layout for key in task.cells)}
    recorded = _recorded(session, assignment)
    by_student: dict[str, dict[str, Any]] = {}
    for (student, notebook), outcome in recorded.items():
        by_student.setdefault(student, {})[notebook] = outcome
    marks, penalties, notebooks = _marks(session, known, recorded)
    records = []
    query = (
        select(
            api.SubmittedAssignment.id,
            api.SubmittedAssignment.timestamp,
            api.Student.id.label("student"),
            api.Student.first_name,
            api.Student.last_name,
            api.Student.email,
            api.Student.lms_user_id,
        )
        .join(api.Student, api.Student.id == api.SubmittedAssignment.student_id)
        .where(api.SubmittedAssignment.assignment_id == known)
        .order_by(api.Student.id)
    )
    points = sum(graded.values())
    for row in session.execute(query):
        found = sorted(marks.get(row.id, []), key=lambda mark: order.get(mark.key, 10**9))
        outcomes = by_student.get(row.student, {})
        records.append(
            _record(
                row,
                tuple(found),
                notebooks.get(row.id, ()),
                outcomes,
                penalties.get(row.id, 0.0),
                points,
            )
        )
    handed_in = {record.student for record in records}
    everyone = session.scalars(select(api.Student.id).order_by(api.Student.id))
    missing = tuple(student for student in everyone if student not in handed_in)
    return Results(assignment, tuple(records), tuple(layout), points, missing)


def _graded_cells(session, assignment: str) -> dict[str, float]:
    """Points of every graded cell by key."""
    graded: dict[str, float] = {}
    for kind in (api.GradeCell, api.TaskCell):
        query = (
            select(api.Notebook.name, kind.name, kind.max_score)
            .join(kind, kind.notebook_id == api.Notebook.id)
            .where(api.Notebook.assignment_id == assignment)
            .order_by(api.Notebook.name, kind.name)
        )
        graded |= {
            f"{notebook}/{cell}": points for notebook, cell, points in session.execute(query)
        }
    return graded


def _recorded(session, assignment: str) -> dict[tuple[str, str], dict[str, Any]]:
    """The examiner's records by student and notebook; unreadable ones are left out."""
    if not sqlalchemy.inspect(session.get_bind()).has_table(TABLE):
        return {}
    columns = "student, notebook, digest, graded_at, record"
    query = sqlalchemy.text(f"SELECT {columns} FROM {TABLE} WHERE assignment = :assignment")
    found = {}
    for row in session.execute(query, {"assignment": assignment}).mappings():
        try:
            record = row["record"]
            outcome = json.loads(record) if isinstance(record, str | bytes) else dict(record)
        except (TypeError, ValueError):
            continue
        if isinstance(outcome, dict):
            extra = {"digest": row["digest"], "graded_at": row["graded_at"]}
            found[row["student"], row["notebook"]] = {**outcome, **extra}
    return found


def _marks(session, assignment: str, recorded: Mapping):
    """Marks, late penalties and notebooks' names by submission."""
    grade, cell, notebook = api.Grade, api.BaseCell, api.Notebook
    handed, submission = api.SubmittedNotebook, api.SubmittedAssignment
    query = (
        select(submission.id, submission.student_id, notebook.name, handed.late_submission_penalty)
        .join(handed, handed.assignment_id == submission.id)
        .join(notebook, notebook.id == handed.notebook_id)
        .where(submission.assignment_id == assignment)
        .order_by(notebook.name)
    )
    penalties: dict[str, float] = {}
    notebooks: dict[str, tuple[str, ...]] = {}
    for key, _, name, penalty in session.execute(query):
        penalties[key] = penalties.get(key, 0.0) + (penalty or 0.0)
        notebooks[key] = (*notebooks.get(key, ()), name)
    graded_points = _graded_cells(session, assignment)
    outcomes = {
        (student, name): {c.get("grade_id"): c for c in record.get("cells") or ()}
        for (student, name), record in recorded.items()
    }
    query = (
        select(
            submission.id,
            submission.student_id,
            notebook.name,
            cell.name,
            grade.auto_score,
            grade.manual_score,
            grade.extra_credit,
            grade.needs_manual_grade,
        )
        .join(handed, handed.assignment_id == submission.id)
        .join(notebook, notebook.id == handed.notebook_id)
        .join(grade, grade.notebook_id == handed.id)
        .join(cell, cell.id == grade.cell_id)
        .where(submission.assignment_id == assignment)
    )
    marks: dict[str, list[Mark]] = {}
    for key, student, name, cell_name, auto, manual, extra, needs in session.execute(query):
        score = manual if manual is not None else auto
        outcome = outcomes.get((student, name), {}).get(cell_name, {})
        marks.setdefault(key, []).append(
            Mark(
                notebook=name,
                cell=cell_name,
                points=graded_points.get(f"{name}/{cell_name}", 0.0),
                score=(score or 0.0) + (extra or 0.0),
                manual=bool(needs),
                status=str(outcome.get("status", UNRECORDED)),
                reason=str(outcome.get("reason") or ""),
                hidden=bool(outcome.get("hidden")),
                error=str(outcome.get("error") or ""),
                seconds=float(outcome.get("seconds") or 0.0),
            )
        )
    return marks, penalties, notebooks


def _record(row, marks, notebooks, outcomes, penalty, points) -> Record:
    times = [_moment(o.get("graded_at")) for o in outcomes.values()]
    return Record(
        student=row.student,
        first_name=row.first_name or "",
        last_name=row.last_name or "",
        email=row.email or "",
        lms_id=row.lms_user_id or "",
        points=points,
        marks=marks,
        raw=sum(mark.score for mark in marks),
        penalty=penalty,
        handed_in=row.timestamp,
        notebooks=tuple(notebooks),
        examined=tuple(sorted(outcomes)),
        notes=tuple(str(note) for o in outcomes.values() for note in o.get("notes") or ()),
        seconds=sum(float(o.get("seconds") or 0) for o in outcomes.values()),
        cpu_seconds=sum(float(o.get("cpu_seconds") or 0) for o in outcomes.values()),
        memory=max((int(o.get("memory") or 0) for o in outcomes.values()), default=0),
        restarts=sum(int(o.get("restarts") or 0) for o in outcomes.values()),
        seeds={name: int(o["seed"]) for name, o in outcomes.items() if o.get("seed") is not None},
        digests={name: str(o["digest"]) for name, o in outcomes.items() if o.get("digest")},
        graded_at=max((time for time in times if time), default=None),
        conditions=next((o["conditions"] for o in outcomes.values() if _has_conditions(o)), {}),
    )


def _has_conditions(outcome: Mapping[str, Any]) -> bool:
    return isinstance(outcome.get("conditions"), dict)


def _moment(value: object) -> datetime.datetime | None:
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None) if value.tzinfo is None else value
    if isinstance(value, int | float):
        return datetime.datetime.fromtimestamp(value, datetime.UTC)
    try:
        return datetime.datetime.fromisoformat(str(value))
    except ValueError:
        return None


def _layout(instructors: Mapping[str, Path], graded: Mapping[str, float]) -> list[Task]:
    """The tasks in the notebooks' order; graded cells that no notebook has come last."""
    found: list[Task] = []
    for name, path in instructors.items():
        try:
            notebook = nbformat.read(path, as_version=4)
        except Exception:  # a broken source must not cost the report
            continue
        found += tasks_of(notebook, name, graded)
    placed = {key for task in found for key in task.cells}
    for key, points in graded.items():
        if key not in placed:
            name = key.split("/", 1)[1]
            found.append(Task(name, name, (key,), points))
    return found


def tasks_of(notebook: nbformat.NotebookNode, name: str, graded: Mapping[str, float]) -> list[Task]:
    """Tasks of an instructor's notebook.

    The graded cells between a solution cell and the next one test that solution; a solution that a
    person grades, and a task cell, are graded themselves.
    """
    title = ""
    groups: list[tuple[str, str, list[str]]] = []
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown":
            title = _heading(cell.source) or title
        if not any(marks.get(kind) for kind in ("solution", "grade", "task")):
            continue
        grade_id = str(marks.get("grade_id"))
        if marks.get("solution") or marks.get("task") or not groups:
            groups.append((grade_id, title or grade_id, []))
        if f"{name}/{grade_id}" in graded:
            groups[-1][2].append(f"{name}/{grade_id}")
    titles = [title for _, title, keys in groups if keys]
    return [
        Task(
            task,
            title if titles.count(title) == 1 else f"{title} · {task}",
            tuple(keys),
            sum(graded[key] for key in keys),
        )
        for task, title, keys in groups
        if keys
    ]


def _heading(source: str) -> str:
    """The last heading of a Markdown cell, without its markup and its brackets about points."""
    headings = re.findall(r"^#{1,6}\s+(.+?)\s*#*$", source, re.M)
    if not headings:
        return ""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", headings[-1])
    plain = re.sub(r"\s*\([^()]*(?:points?|minutes?)[^()]*\)\s*$", "", plain)
    return one_line(re.sub(r"[*_`$]", "", plain), 80)


def status_word(status: str) -> str:
    """A status for a reader."""
    return {
        PASSED: "passed",
        PARTIAL: "partly",
        FAILED: "failed",
        UNPROVEN: "not proven",
        MANUAL: "by hand",
    }.get(status, "no record")


def students_of(records: Sequence[Record]) -> dict[str, Record]:
    return {record.student: record for record in records}
