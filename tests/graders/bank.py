"""The class of students that tries an answer bank, and what a grader made of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from nbformat import NotebookNode

from sidebyside.authoring.answers import Answer, lanes, read_bank, solution_cells
from sidebyside.authoring.notebooks import ROOT, read

BLANK, REFERENCE = "blank", "reference"


@dataclass
class BankResults:
    """Scores of every submission made from a bank.

    Attributes:
        points: the maximum by ``grade_id`` of the graded cell.
        scores: the score by submission, then by ``grade_id``.
        submission: the submission in which an answer was tried, by the answer's name.
    """

    points: dict[str, float] = field(default_factory=dict)
    scores: dict[str, dict[str, float]] = field(default_factory=dict)
    submission: dict[str, str] = field(default_factory=dict)

    def lost(self, submission: str) -> dict[str, float]:
        """Points lost by ``grade_id``, those with a loss only."""
        scores = self.scores[submission]
        return {
            grade_id: points - scores[grade_id]
            for grade_id, points in self.points.items()
            if scores[grade_id] != points
        }


def submissions(name: str, blank: NotebookNode) -> dict[str, tuple[NotebookNode, list[Answer]]]:
    """The class of students that tries a bank: the blank, the reference, and lanes of answers."""
    source = read(ROOT / "source" / name / f"{name}.ipynb")
    reference = {grade_id: cell.source for grade_id, cell in solution_cells(source).items()}
    made = {BLANK: (blank, []), REFERENCE: (filled(blank, reference), [])}
    for number, answers in enumerate(lanes(read_bank(name))):
        code = {**reference, **{answer.task: answer.code for answer in answers}}
        made[f"lane-{number:02d}"] = (filled(blank, code), answers)
    return made


def filled(blank: NotebookNode, code: dict[str, str]) -> NotebookNode:
    """The student's notebook with ``code`` in its solution cells."""
    notebook = NotebookNode(blank).copy()
    notebook.cells = [NotebookNode(cell) for cell in blank.cells]
    for grade_id, cell in solution_cells(notebook).items():
        cell.source = code[grade_id]
    return notebook
