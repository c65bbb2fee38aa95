"""Grade an answer bank with stock nbgrader, in a course of its own."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.api import Gradebook

from sidebyside.authoring.answers import Answer, lanes, read_bank, solution_cells
from sidebyside.authoring.notebooks import ROOT, read, write
from sidebyside.authoring.release import course, generate

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


def grade_bank(name: str, folder: Path) -> BankResults:
    """Release the assignment into ``folder``, submit the bank, autograde it, read the gradebook."""
    generate(name, folder, solution=False)
    blank = read(folder / "release" / name / f"{name}.ipynb")
    results = BankResults()
    for student, (notebook, answers) in submissions(name, blank).items():
        target = folder / "submitted" / student / name
        shutil.copytree(folder / "release" / name, target)
        write(notebook, target / f"{name}.ipynb")
        results.submission.update({str(answer): student for answer in answers})

    api, config = course(folder)
    students = {path.name for path in (folder / "submitted").iterdir()}
    for student in sorted(students):
        graded = api.autograde(name, student, force=True, create=True)
        assert graded["success"], f"{student}: {graded.get('error') or graded.get('log')}"
    with Gradebook(config.CourseDirectory.db_url, config.CourseDirectory.course_id) as gradebook:
        for submission in gradebook.assignment_submissions(name):
            grades = submission.notebooks[0].grades
            results.points = {grade.name: grade.max_score for grade in grades}
            results.scores[submission.student.id] = {grade.name: grade.score for grade in grades}
    assert set(results.scores) == students
    return results
