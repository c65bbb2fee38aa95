"""Grade a set of submissions: what is still to do, the jobs for it, and what becomes of results."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.converters import Autograde
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    Execute,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)

import sidebyside
from sidebyside.grading.contract import Job, Limits, Outcome
from sidebyside.grading.course.assignment import Assignment
from sidebyside.grading.course.autograded import fingerprint, notebook_bytes, write_folder
from sidebyside.grading.course.directory import Course, Submitted, preprocessors
from sidebyside.grading.course.gradebook import Graded, Writer
from sidebyside.grading.course.mending import (
    find_notebook,
    mend,
    notes_cell,
    unreadable_outcome,
)
from sidebyside.grading.course.pool import Fault
from sidebyside.grading.course.submission import TIMESTAMP, Folder, Unreadable, read_folder, shown

# Raise it when a change of the grader may change a score: everything is then graded again.
GRADER = 1

# What our own code does in place of nbgrader's.
REPLACED_BEFORE = (ClearOutput, DeduplicateIds, OverwriteKernelspec, OverwriteCells)
REPLACED_AFTER = (Execute, SaveAutoGrades, AssignLatePenalties)


@dataclass
class _Open:
    """A submission of which some notebooks are still being examined."""

    submitted: Submitted
    folder: Folder
    digest: str
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    fault: str = ""


class Batch:
    """The grading of one assignment's submissions; all its methods belong to one thread.

    Args:
        writer: open, for the same course and assignment.
        finished: called for every submission that is done with its outcomes, one per notebook, or
            with a reason if it could not be examined, or written.
    """

    def __init__(
        self,
        course: Course,
        assignment: Assignment,
        writer: Writer,
        limits: Limits,
        *,
        unsafe: bool = False,
        finished: Callable[[str, list[Outcome], str], None] = lambda *_: None,
    ) -> None:
        self._course, self._assignment, self._writer = course, assignment, writer
        self._limits, self._unsafe, self._finished = limits, unsafe, finished
        self._open: dict[str, _Open] = {}
        stock = Autograde.sanitize_preprocessors.default_args[0]
        kinds = course.autograde.sanitize_preprocessors
        self._before = [
            one
            for one in preprocessors(course.autograde, kinds)
            if type(one) not in stock and not isinstance(one, REPLACED_BEFORE)
        ]
        self._after = [
            one
            for one in preprocessors(course.autograde, course.autograde.autograde_preprocessors)
            if not isinstance(one, REPLACED_AFTER) and type(one) is not CheckCellMetadata
        ]
        self.conditions = {
            "sidebyside": sidebyside.__version__,
            "grader": GRADER,
            "limits": dataclasses.asdict(limits),
            "unsafe": unsafe,
        }

    def to_do(self, submissions: Iterable[Submitted], force: bool = False) -> list[Submitted]:
        """Those that have not been graded yet as they are now (all of them with ``force``)."""
        submissions = list(submissions)
        if force:
            return submissions
        done = self._writer.done()
        return [one for one in submissions if not self._is_done(one, done.get(one.student, {}))]

    def _is_done(self, one: Submitted, records: Mapping[str, Any]) -> bool:
        found = [records[name] for name in self._assignment.notebooks if name in records]
        if len(found) != len(self._assignment.notebooks):
            return False
        try:
            digest = self._digest(_read(self._course, one))
        except OSError:
            return False  # said when it is its turn
        if any(record.digest != digest for record in found):
            return False
        now = fingerprint(self._course, one.student, self._assignment.name)
        return all(record.autograded == now for record in found)

    def jobs(self, submissions: Iterable[Submitted]) -> Iterator[Job]:
        """The jobs of submissions, made as they are asked for.

        A submission of which no notebook can be read makes none: its result is written here.
        """
        for one in submissions:
            course = self._course
            course.autograde.coursedir.student_id = one.student
            course.autograde.coursedir.assignment_id = self._assignment.name
            course.autograde.run_pre_convert_hook()
            try:
                opened, made = self._prepare(one)
            except Exception as error:  # ours, not the student's: nobody is graded for it
                self._finished(one.student, [], f"can't be read: {type(error).__name__}: {error}")
                continue
            self._open[one.student] = opened
            if not made:
                self._finish(opened)
            yield from made

    def _prepare(self, one: Submitted) -> tuple[_Open, list[Job]]:
        """A submission and the jobs that it makes; what can't be read has its outcome already."""
        folder = _read(self._course, one)
        opened = _Open(one, folder, self._digest(folder))
        made = []
        for name, instructor in self._assignment.notebooks.items():
            job, reason = self._job(one.student, name, folder)
            if reason:
                opened.outcomes[name] = unreadable_outcome(job, instructor, reason)
                opened.absent.add(name)
            else:
                made.append(job)
        return opened, made

    def take(self, job: Job, outcome: Outcome | Fault) -> None:
        """Take the result of a job; the submission is written when it was its last one."""
        opened = self._open[job.student]
        if not isinstance(outcome, Fault):
            wrong = problem_of(job, outcome)
            outcome = Fault(f"the examiner's result is not sound: {wrong}") if wrong else outcome
        if isinstance(outcome, Fault):
            opened.fault = opened.fault or outcome.reason
            outcome = unreadable_outcome(
                job, self._assignment.notebooks[job.notebook], outcome.reason
            )
        opened.outcomes[job.notebook] = dataclasses.replace(
            outcome, notes=tuple(dict.fromkeys([*job.notes, *outcome.notes]))
        )
        if len(opened.outcomes) == len(self._assignment.notebooks):
            self._finish(opened)

    def _job(self, student: str, name: str, folder: Folder) -> tuple[Job, str]:
        """The job of one notebook, or one without content and the reason why it can't be read."""
        instructor = self._assignment.notebooks[name]
        files, left_out = self._files_of(folder)
        job = Job(
            assignment=self._assignment.name,
            student=student,
            notebook=name,
            instructor=instructor.solved,
            submitted={},
            files={path: data for path, data in files.items() if path != TIMESTAMP},
            instructor_files=self._assignment.files,
            limits=self._limits,
            notes=folder.notes + left_out,
            unsafe=self._unsafe,
        )
        if isinstance(folder.notebooks.get(""), Unreadable):
            return job, f"Nothing could be read: {folder.notebooks['']}."
        try:
            _, content, notes = find_notebook(folder, self._assignment.notebooks, name)
            mended = mend(content, instructor)
            notebook = mended.notebook
            for preprocessor in self._before:
                notebook, _ = preprocessor(notebook, self._resources(student, name))
        except Unreadable as error:
            return job, str(error)
        notes = (*job.notes, *notes, *mended.notes)
        return dataclasses.replace(job, submitted=notebook, notes=notes), ""

    def _files_of(self, folder: Folder) -> tuple[dict[str, bytes], tuple[str, ...]]:
        """What lies beside the notebook: the student's files, the instructor's over them."""
        taken = {f"{name}.ipynb" for name in self._assignment.notebooks}
        own = {
            path: data
            for path, data in self._assignment.files.items()
            if path not in self._assignment.student_files
        }
        fixed = taken | set(own)
        files, notes = {}, []
        for path, data in folder.files.items():
            parts = path.split("/")
            above = {"/".join(parts[:depth]) for depth in range(1, len(parts))}
            if above & fixed or any(one.startswith(path + "/") for one in fixed):
                notes.append(f"The file {shown(path)} was left out: it stands in another's way.")
            elif path not in fixed:
                files[path] = data
        return files | own, tuple(notes)

    def _finish(self, opened: _Open) -> None:
        student = opened.submitted.student
        del self._open[student]
        outcomes = [opened.outcomes[name] for name in self._assignment.notebooks]
        if opened.fault:
            self._finished(student, outcomes, opened.fault)
            return
        files, _ = self._files_of(opened.folder)
        graded = []
        for outcome in outcomes:
            executed = self._executed(student, outcome)
            files[f"{outcome.notebook}.ipynb"] = notebook_bytes(executed)
            record = outcome.summary() | {"conditions": self.conditions}
            absent = outcome.notebook in opened.absent
            graded.append(Graded(outcome.notebook, executed, record, absent))
        written = write_folder(self._course, student, self._assignment.name, files)
        timestamp = opened.folder.timestamp
        self._writer.write(student, timestamp, graded, opened.digest, written)
        self._course.autograde.run_post_convert_hook()
        self._finished(student, outcomes, "")

    def _executed(self, student: str, outcome: Outcome) -> NotebookNode:
        notebook = nbformat.from_dict(outcome.executed)
        for preprocessor in self._after:
            notebook, _ = preprocessor(notebook, self._resources(student, outcome.notebook))
        if outcome.notes and notebook.cells[0].get("id") != "sidebyside-reason":
            notebook.cells.insert(0, notes_cell(outcome.notes))
        return notebook

    def _resources(self, student: str, notebook: str) -> dict[str, Any]:
        marks = {"student": student, "assignment": self._assignment.name, "notebook": notebook}
        return {"unique_key": notebook, "nbgrader": marks | {"db_url": self._course.db_url}}

    def _digest(self, folder: Folder) -> str:
        """Of all that the result depends on."""
        parts = [self.conditions, self._assignment.digest, folder.digest]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _read(course: Course, one: Submitted) -> Folder:
    """The submission's folder; if it can't be read, one that says why under the empty name."""
    try:
        return read_folder(course, one.path)
    except Unreadable as error:
        digest = hashlib.sha256(str(error).encode()).hexdigest()
        return Folder({"": error}, {}, (), None, digest)


def problem_of(job: Job, outcome: Outcome) -> str:
    """Why a result can't be the result of a job; empty if it can.

    The scores that the gradebook gets are those that nbgrader reads from the executed notebook, so
    these must be the examiner's.
    """
    if (outcome.assignment, outcome.student, outcome.notebook) != (
        job.assignment,
        job.student,
        job.notebook,
    ):
        return "it belongs to another submission"
    try:
        executed = nbformat.from_dict(outcome.executed)
        nbformat.validate(executed, relax_add_props=True)
        graded = {
            cell.metadata.nbgrader.grade_id: utils.determine_grade(cell)
            for cell in executed.cells
            if utils.is_grade(cell)
        }
    except Exception as error:  # whatever is wrong with it
        return f"the notebook is not valid: {str(error)[:200]}"
    expected = {
        cell["metadata"]["nbgrader"]["grade_id"]: float(cell["metadata"]["nbgrader"]["points"])
        for cell in job.instructor["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade")
    }
    if {name: points for name, (_, points) in graded.items()} != expected:
        return "its graded cells are not the assignment's"
    scores = {cell.grade_id: cell.score for cell in outcome.cells if cell.grade_id in expected}
    if set(scores) != set(expected):
        return "it lacks the result of a graded cell"
    for name, (score, points) in graded.items():
        told = scores[name]
        if told is not None and not (math.isfinite(told) and 0 <= told <= points + 1e-9):
            return f"{told} is no score for {name} ({points} points)"
        if score is not None and told is not None and abs(score - told) > 1e-6:
            return f"the notebook says {score} for {name}, the examiner {told}"
        if score is not None and score > 0 and told is None:
            return f"the notebook says {score} for {name}, which a person is to grade"
        if score is None and told:
            return f"the examiner says {told} for {name}, which a person is to grade"
    return ""
