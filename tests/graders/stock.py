"""Grade an answer bank with stock nbgrader, in a course of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from nbgrader.api import Gradebook

from sidebyside.authoring.notebooks import read, write
from sidebyside.authoring.release import course, generate
from tests.graders.bank import BankResults, submissions


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
