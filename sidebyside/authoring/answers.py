"""The answer banks under ``tests/answers/NAME``: named wrong answers and other right ones.

One Python file an answer. Its first comment lines say which task it answers (``# task:``, the
``grade_id`` of a solution cell); a wrong one also what points it must lose in which graded cells
(``# loses: test-a 2, test-b 1``) and which mistake it makes (``# mistake:``), a right one how it
differs from the reference (``# how:``). Its code stands in place of the whole solution cell.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from sidebyside.authoring.notebooks import ROOT
from sidebyside.errors import SideBySideError

BANKS = ROOT / "tests" / "answers"


class AnswerError(SideBySideError):
    """A file of an answer bank is not as it must be."""


@dataclass(frozen=True)
class Answer:
    """One file of a bank.

    Attributes:
        assignment: the assignment's name.
        name: the file's name without its ending.
        task: the ``grade_id`` of the solution cell that it replaces.
        right: whether it must get full marks.
        loses: points lost by ``grade_id`` of the graded cell; empty for a right answer.
        about: the mistake, or how a right answer differs.
        code: the file's text.
    """

    assignment: str
    name: str
    task: str
    right: bool
    loses: dict[str, float]
    about: str
    code: str

    def __str__(self) -> str:
        return f"{self.assignment}/{'right' if self.right else 'wrong'}/{self.name}"


def read_answer(path: Path) -> Answer:
    """Read one answer.

    Raises:
        AnswerError: a line of the header is missing or malformed; the message names file and line.
    """
    code = path.read_text(encoding="utf-8")
    fields = dict(re.findall(r"^# (task|loses|mistake|how): *(.+)$", code, re.M))
    right = path.parent.name == "right"
    for key in ("task", "how") if right else ("task", "loses", "mistake"):
        if key not in fields:
            raise AnswerError(f"{path} has no line '# {key}: …'")
    loses: dict[str, float] = {}
    for entry in fields.get("loses", "").split(",") if not right else []:
        match = re.fullmatch(r"(\S+) +(\d+(?:\.\d+)?)", entry.strip())
        if not match:
            raise AnswerError(f"{path}: '# loses:' wants 'GRADE-ID POINTS', and has {entry!r}")
        loses[match[1]] = float(match[2])
    return Answer(
        assignment=path.parent.parent.name,
        name=path.stem,
        task=fields["task"].strip(),
        right=right,
        loses=loses,
        about=fields["how" if right else "mistake"],
        code=code,
    )


def read_bank(assignment: str, folder: Path | None = None) -> list[Answer]:
    """All answers of an assignment, in the order of their names; wrong ones first.

    Args:
        folder: the bank, with ``wrong/`` and ``right/`` in it; this repository's own if None. The
            answers of a folder that is not there are none.
    """
    folder = BANKS / assignment if folder is None else folder
    paths = [*sorted(folder.glob("wrong/*.py")), *sorted(folder.glob("right/*.py"))]
    return [dataclasses.replace(read_answer(path), assignment=assignment) for path in paths]


def solution_cells(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """The cells a student fills in, by ``grade_id``."""
    return _cells(notebook, "solution")


def graded_cells(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """The test cells that carry points, by ``grade_id``."""
    return _cells(notebook, "grade")


def _cells(notebook: NotebookNode, key: str) -> dict[str, NotebookNode]:
    marked = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get(key)]
    return {cell.metadata.nbgrader.grade_id: cell for cell in marked}


def graded_by_task(notebook: NotebookNode) -> dict[str, list[str]]:
    """For each task, the graded cells between its solution cell and the next one."""
    found: dict[str, list[str]] = {}
    task = None
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader", {})
        if meta.get("solution"):
            task = meta["grade_id"]
            found[task] = []
        elif meta.get("grade") and task is not None:
            found[task].append(meta["grade_id"])
    return found


def lanes(answers: list[Answer]) -> list[list[Answer]]:
    """Deal answers into the fewest submissions that hold at most one answer to each task.

    The tests of one task do not depend on another task's answer, so a submission can try one answer
    of every task at once.
    """
    dealt: list[list[Answer]] = []
    for answer in answers:
        for lane in dealt:
            if all(other.task != answer.task for other in lane):
                lane.append(answer)
                break
        else:
            dealt.append([answer])
    return dealt
