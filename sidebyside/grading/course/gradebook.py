"""The one writer of the gradebook: nbgrader's own tables, and a record of each graded notebook.

What is written is what nbgrader 0.9.6 writes (``Autograde.init_assignment``, ``SaveAutoGrades``,
``AssignLatePenalties``), in one transaction per submission instead of some thirty, over one open
connection. The table ``sidebyside_record`` is written in the same transaction; nbgrader's commands
neither need nor disturb it.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, TypeVar

import sqlalchemy
from nbformat import NotebookNode
from nbgrader import api, utils
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import Column, DateTime, MetaData, String, Table, Text, event, select
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from sidebyside.grading.course.directory import Course
from sidebyside.grading.course.errors import CourseError, GradebookError

T = TypeVar("T")

PATIENCE = 60.0  # seconds that a locked database is waited for, in spells of BUSY
BUSY = 5.0

RECORDS = Table(
    "sidebyside_record",
    MetaData(),
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("notebook", String(128), primary_key=True),
    Column("digest", String(64), nullable=False),  # of all that the result depends on
    Column("autograded", String(64), nullable=False),  # of the folder in autograded/
    Column("graded_at", DateTime, nullable=False),  # UTC
    Column("record", Text, nullable=False),  # JSON of Outcome.summary()
)

_students = api.Student.__table__
_submissions = api.SubmittedAssignment.__table__
_notebooks = api.SubmittedNotebook.__table__
_grades = api.Grade.__table__
_comments = api.Comment.__table__


@dataclass(frozen=True)
class Graded:
    """One notebook's result, ready for the gradebook.

    Attributes:
        executed: nbgrader's rules read the scores from it.
        record: ``Outcome.summary()``.
        absent: not handed in, or unreadable: 0 in every cell and nothing to grade by hand, as
            nbgrader enters a notebook that is missing.
    """

    notebook: str
    executed: NotebookNode
    record: Mapping[str, Any]
    absent: bool = False


@dataclass(frozen=True)
class Done:
    """What the records say of an earlier grading of a submission."""

    digest: str
    autograded: str
    record: Mapping[str, Any]


@dataclass(frozen=True)
class _Cells:
    """A notebook's rows: its identifier, and the identifiers of its cells by name."""

    id: str
    graded: Mapping[str, str]  # grade cells and tasks: they have a row in `grade`
    commented: Mapping[str, str]  # solution cells and tasks: they have a row in `comment`


def open_gradebook(course: Course) -> api.Gradebook:
    """nbgrader's own gradebook of the course; its tables are made if they are not there.

    Raises:
        GradebookError: it can't be opened.
    """
    # nbgrader calls the program `alembic` when it makes a new database
    path, own = os.environ.get("PATH", ""), os.path.dirname(sys.executable)
    os.environ["PATH"] = f"{own}{os.pathsep}{path}"
    logging.getLogger("tornado.application").setLevel(logging.CRITICAL)
    # nbgrader makes no row for the course "", its default. SQLite does not mind; others do.
    name = course.course_id or ("" if course.db_url.startswith("sqlite") else "default_course")
    try:
        return patiently(lambda: api.Gradebook(course.db_url, name), course.db_url)
    except api.InvalidEntry as error:
        raise GradebookError(f"the gradebook {_shown(course.db_url)} refuses: {error}") from error
    finally:
        os.environ["PATH"] = path


def explain(error: Exception, url: str) -> GradebookError:
    """A database's error as a sentence that says what to do."""
    text = " ".join(str(getattr(error, "orig", None) or error).split())
    if isinstance(error, ImportError):
        advice = 'its driver is missing: pip install "sidebyside[postgres]" for PostgreSQL'
    elif _is_locked(error):
        advice = "another program holds it locked; close that (the formgrader, say) and go on"
    elif "no such column" in text or "no such table" in text or "UndefinedColumn" in text:
        advice = "it was made by an older nbgrader: make a copy, then run `nbgrader db upgrade`"
    elif "readonly" in text or "unable to open" in text or "permission denied" in text.lower():
        advice = "check that its directory exists and that you may write there"
    else:
        advice = "check the address (--db, or c.CourseDirectory.db_url) and that the server runs"
    return GradebookError(f"the gradebook {_shown(url)} can't be used: {text}; {advice}")


def _shown(url: str) -> str:
    try:
        return sqlalchemy.engine.make_url(url).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return repr(url)


def _is_locked(error: BaseException) -> bool:
    return "database is locked" in str(error) or "database table is locked" in str(error)


def patiently(action: Callable[[], T], url: str, patience: float | None = None) -> T:
    """Do ``action``, again while the database is locked or its connection lost.

    Raises:
        GradebookError: still so after ``patience`` seconds, or any other error of the database.
    """
    end = time.monotonic() + (PATIENCE if patience is None else patience)
    pause = 0.05
    while True:
        try:
            return action()
        except (SQLAlchemyError, ImportError) as error:
            passing = isinstance(error, OperationalError) and (
                _is_locked(error) or error.connection_invalidated
            )
            if not passing or time.monotonic() > end:
                raise explain(error, url) from error
        time.sleep(pause)
        pause = min(2 * pause, 1.0)


class Writer:
    """Writes the grades of one assignment; use it in one thread, as a context manager.

    Args:
        course: the course.
        assignment: name of an assignment that is in the gradebook.
        patience: seconds to wait for a database that others hold locked.
    """

    def __init__(self, course: Course, assignment: str, patience: float | None = None) -> None:
        self._course, self._assignment, self._patience = course, assignment, patience
        self._url = course.db_url
        try:
            self._late = AssignLatePenalties(parent=course.autograde)
            self._late.init_plugin()
        except Exception as error:  # whatever is wrong with a plugin
            raise CourseError(f"the plugin for late penalties can't be used: {error}") from error

    def __enter__(self) -> Writer:
        open_gradebook(self._course).close()
        self._engine = _engine(self._url)
        patiently(lambda: RECORDS.metadata.create_all(self._engine), self._url, self._patience)
        self._connection = patiently(self._engine.connect, self._url, self._patience)
        self._id, self._duedate, self._cells = self._transaction(self._structure)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._engine.dispose()

    def done(self) -> dict[str, dict[str, Done]]:
        """student → notebook → earlier grading, of submissions that the gradebook still has."""
        query = (
            select(RECORDS)
            .join(_submissions, _submissions.c.student_id == RECORDS.c.student)
            .where(RECORDS.c.assignment == self._assignment)
            .where(_submissions.c.assignment_id == self._id)
        )
        found: dict[str, dict[str, Done]] = {}
        for row in self._transaction(lambda: self._connection.execute(query).all()):
            one = Done(row.digest, row.autograded, json.loads(row.record))
            found.setdefault(row.student, {})[row.notebook] = one
        return found

    def students(self) -> set[str]:
        """The students that the gradebook knows."""
        query = select(_students.c.id)
        return set(self._transaction(lambda: self._connection.execute(query).scalars().all()))

    def write(
        self,
        student: str,
        timestamp: datetime | None,
        graded: Sequence[Graded],
        digest: str,
        autograded: str,
    ) -> None:
        """Enter a submission: all its notebooks' scores, penalties, comments, and records.

        Args:
            timestamp: when it was handed in, in UTC without zone; None leaves what is stored.
            graded: one entry for each notebook of the assignment.
            digest: of all that the result depends on.
            autograded: digest of the folder in ``autograded/``.

        Raises:
            GradebookError: the database refuses, or is locked for longer than ``patience``.
        """
        self._transaction(lambda: self._write(student, timestamp, graded, digest, autograded))

    def _transaction(self, action: Callable[[], T]) -> T:
        def once() -> T:
            with self._connection.begin():
                return action()

        return patiently(once, self._url, self._patience)

    def _structure(self) -> tuple[str, datetime | None, dict[str, _Cells]]:
        assignment, notebook = api.Assignment.__table__, api.Notebook.__table__
        base = api.BaseCell.__table__
        execute = self._connection.execute
        found = execute(select(assignment).where(assignment.c.name == self._assignment)).one()
        cells = {}
        for row in execute(select(notebook).where(notebook.c.assignment_id == found.id)).all():
            query = select(base.c.id, base.c.name, base.c.type).where(base.c.notebook_id == row.id)
            kinds = execute(query).all()
            cells[row.name] = _Cells(
                row.id,
                {c.name: c.id for c in kinds if c.type in ("GradeCell", "TaskCell")},
                {c.name: c.id for c in kinds if c.type in ("SolutionCell", "TaskCell")},
            )
        return found.id, found.duedate, cells

    def _write(
        self,
        student: str,
        timestamp: datetime | None,
        graded: Sequence[Graded],
        digest: str,
        autograded: str,
    ) -> None:
        submission = self._submission(student, timestamp)
        late = 0.0
        if submission.timestamp is not None and self._duedate is not None:
            due = self._duedate + (submission.extension or timedelta(0))
            late = max(0.0, (submission.timestamp - due).total_seconds())
        rows = {
            row.notebook_id: row.id
            for row in self._connection.execute(
                select(_notebooks.c.id, _notebooks.c.notebook_id).where(
                    _notebooks.c.assignment_id == submission.id
                )
            )
        }
        for one in graded:
            cells = self._cells[one.notebook]
            if cells.id not in rows:
                rows[cells.id] = self._new_notebook(submission.id, cells)
            score = self._save_grades(rows[cells.id], cells, one)
            if not one.absent:
                self._save_comments(rows[cells.id], cells, one.executed)
            penalty = None if one.absent else self._penalty(student, score, late)
            self._connection.execute(
                _notebooks.update()
                .where(_notebooks.c.id == rows[cells.id])
                .values(late_submission_penalty=penalty)
            )
            self._save_record(student, one, digest, autograded)

    def _submission(self, student: str, timestamp: datetime | None) -> Any:
        """The row of the submission; made, with all that belongs to it, if it is new."""
        execute = self._connection.execute
        if execute(select(_students.c.id).where(_students.c.id == student)).first() is None:
            execute(_students.insert().values(id=student))
        query = select(_submissions).where(
            _submissions.c.assignment_id == self._id, _submissions.c.student_id == student
        )
        found = execute(query).first()
        if found is None:
            new = api.new_uuid()
            values = {"id": new, "assignment_id": self._id, "student_id": student}
            execute(_submissions.insert().values(timestamp=timestamp, **values))
            for cells in self._cells.values():
                self._new_notebook(new, cells)
        elif timestamp is not None and found.timestamp != timestamp:
            execute(
                _submissions.update()
                .where(_submissions.c.id == found.id)
                .values(timestamp=timestamp)
            )
        else:
            return found
        return execute(query).one()

    def _new_notebook(self, submission: str, cells: _Cells) -> str:
        execute, new = self._connection.execute, api.new_uuid()
        values = {"id": new, "assignment_id": submission, "notebook_id": cells.id}
        execute(_notebooks.insert().values(**values))
        for table, wanted in ((_grades, cells.graded), (_comments, cells.commented)):
            if wanted:
                execute(
                    table.insert(), [{"notebook_id": new, "cell_id": c} for c in wanted.values()]
                )
        return new

    def _save_grades(self, row: str, cells: _Cells, graded: Graded) -> float:
        """What ``SaveAutoGrades`` stores; returns the notebook's score."""
        execute = self._connection.execute
        stored = {
            g.cell_id: g for g in execute(select(_grades).where(_grades.c.notebook_id == row))
        }
        score, changes = 0.0, []
        automatic: dict[str, float | None] = {}
        if graded.absent:
            automatic = dict.fromkeys(stored, 0.0)
        else:
            for cell in filter(utils.is_grade, graded.executed.cells):
                points, _ = utils.determine_grade(cell)
                automatic[cells.graded[cell.metadata.nbgrader.grade_id]] = points
        for cell_id, grade in stored.items():
            points = grade.auto_score
            if cell_id in automatic:
                points = automatic[cell_id]
                by_hand = not graded.absent and (grade.manual_score is not None or points is None)
                change = {"row": grade.id, "auto": points, "by_hand": by_hand}
                if (grade.auto_score, grade.needs_manual_grade) != (points, by_hand):
                    changes.append(change)
            given = grade.manual_score if grade.manual_score is not None else points
            if given is not None:
                score += given + (grade.extra_credit or 0.0)
        if changes:
            statement = _grades.update().where(_grades.c.id == sqlalchemy.bindparam("row"))
            statement = statement.values(
                auto_score=sqlalchemy.bindparam("auto"),
                needs_manual_grade=sqlalchemy.bindparam("by_hand"),
            )
            execute(statement, changes)
        return score

    def _save_comments(self, row: str, cells: _Cells, executed: NotebookNode) -> None:
        """``No response.`` on solution cells that were left as they were."""
        execute = self._connection.execute
        stored = {
            c.cell_id: c for c in execute(select(_comments).where(_comments.c.notebook_id == row))
        }
        changes = []
        for cell in executed.cells:
            if not utils.is_solution(cell) and not utils.is_task(cell):
                continue
            untouched = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
            text = "No response." if untouched and not utils.is_task(cell) else None
            comment = stored.get(cells.commented[cell.metadata.nbgrader.grade_id])
            if comment is not None and comment.auto_comment != text:
                changes.append({"row": comment.id, "text": text})
        if changes:
            statement = _comments.update().where(_comments.c.id == sqlalchemy.bindparam("row"))
            execute(statement.values(auto_comment=sqlalchemy.bindparam("text")), changes)

    def _penalty(self, student: str, score: float, late: float) -> float | None:
        """What ``AssignLatePenalties`` stores, by the course's own plugin."""
        if late <= 0:
            return None
        plugin = self._late.plugin_inst
        try:
            penalty = plugin.late_submission_penalty(student, score, late)
            if penalty is None:
                return None
            return self._late._check_late_penalty(SimpleNamespace(score=score), penalty)
        except Exception as error:
            raise CourseError(
                f"the late penalty plugin {type(plugin).__name__} failed for {student!r} ({score} "
                f"points, {late:.0f} seconds late): {type(error).__name__}: {error}"
            ) from error

    def _save_record(self, student: str, one: Graded, digest: str, autograded: str) -> None:
        key = {"assignment": self._assignment, "student": student, "notebook": one.notebook}
        values = {
            "digest": digest,
            "autograded": autograded,
            "graded_at": datetime.now(UTC).replace(tzinfo=None),
            "record": json.dumps(one.record, allow_nan=False),
        }
        condition = sqlalchemy.and_(*(RECORDS.c[name] == value for name, value in key.items()))
        changed = self._connection.execute(RECORDS.update().where(condition).values(**values))
        if not changed.rowcount:
            self._connection.execute(RECORDS.insert().values(**key, **values))


def _engine(url: str) -> sqlalchemy.Engine:
    """One connection; in SQLite every transaction takes the write lock when it begins."""
    if not url.startswith("sqlite"):
        return sqlalchemy.create_engine(url, pool_size=1, max_overflow=0, pool_pre_ping=True)
    engine = sqlalchemy.create_engine(url, connect_args={"timeout": BUSY})

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions by itself

    @event.listens_for(engine, "begin")
    def begun(connection: sqlalchemy.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
