"""Execute a student's notebook and say, task by task, how many points its visible tests give."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, Execute
from nbgrader.validator import Validator

from sidebyside.errors import SideBySideError
from sidebyside.grading.people.feedback import tasks_of
from sidebyside.grading.people.text import number, plural

Progress = Callable[[str, int, int], None]
LONGEST = 1500  # characters of what is said of one test


class ChangedTests(SideBySideError):
    """Test cells are not as they were handed out: what they say would not count."""


@dataclass(frozen=True)
class TaskResult:
    """What the visible tests of one task give.

    Attributes:
        task: the heading that they stand under; empty where there is none.
        earned, points: by the visible tests; hidden ones may take some away.
        failures: what each failed test says.
    """

    task: str
    earned: float
    points: float
    failures: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        return f"{self.task or 'graded cells'}: {number(self.earned)} of {number(self.points)}"


def validate(path: Path, progress: Progress = lambda task, done, of: None) -> list[TaskResult]:
    """Run a notebook in a new kernel.

    Args:
        progress: is told the task whose cell runs now, its place among the cells, and their number.

    Raises:
        ChangedTests: the text or kind of a test cell is not the one that was handed out.
        Exception: whatever nbgrader raises for a notebook that it can't read.
    """
    validator = _Telling(progress)
    found = validator.validate(str(path))
    changed = found.get("type_changed") or found.get("changed")
    if changed:
        cells = "; ".join((str(cell["source"]).splitlines() or [""])[0][:80] for cell in changed)
        raise ChangedTests(
            f"{plural(len(changed), 'test cell')} changed since the assignment was handed out; "
            f"take them from a fresh copy: {cells}"
        )
    return results(validator.executed)


class _Telling(Validator):
    """nbgrader's, which tells what runs and keeps what came of it."""

    def __init__(self, progress: Progress, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.progress = progress
        self.executed = NotebookNode(cells=[])

    def _preprocess(self, nb: NotebookNode) -> NotebookNode:
        tasks, cells, progress = tasks_of(nb.cells), len(nb.cells), self.progress

        class TellingExecute(Execute):
            def preprocess_cell(self, cell, resources, index):
                grade_id = str(cell.metadata.get("nbgrader", {}).get("grade_id"))
                progress(tasks.get(grade_id, ""), index, cells)
                return super().preprocess_cell(cell, resources, index)

        self.preprocessors = [CheckCellMetadata, ClearOutput, TellingExecute]
        self.executed = super()._preprocess(nb)
        return self.executed


def results(notebook: NotebookNode) -> list[TaskResult]:
    """The points of an executed notebook, in the order of its tasks."""
    tasks, found = tasks_of(notebook.cells), {}
    for cell in notebook.cells:
        if not utils.is_grade(cell) or cell.cell_type != "code":
            continue
        score, points = utils.determine_grade(cell)
        if score is None:
            continue
        task = tasks.get(cell.metadata.nbgrader.grade_id, "")
        earned, most, failures = found.get(task, (0, 0, ()))
        if score < points:
            failures = (*failures, failure(cell))
        found[task] = (earned + score, most + points, failures)
    return [TaskResult(task, *values) for task, values in found.items()]


def failure(cell: NotebookNode) -> str:
    """What a failed test says: a check's own sentence, or the error and where it stopped."""
    for output in cell.outputs:
        if output.output_type == "error":
            if output.ename == "CheckFailed":
                return output.evalue[:LONGEST]
            if output.ename == "NotImplementedError":
                return "not answered yet"
            where = re.findall(r"^-+> *\d+ (.*)$", strip_ansi("\n".join(output.traceback)), re.M)
            at = f"\nat: {where[-1].strip()}" if where else ""
            return f"{output.ename}: {output.evalue}{at}"[:LONGEST]
    printed = [o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stderr"]
    return ("\n".join(printed) or "some but not all of its points")[:LONGEST]
