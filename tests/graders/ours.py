"""Grade an answer bank with the course's own grader: examiner and sandbox, no gradebook."""

from __future__ import annotations

import os
from pathlib import Path

from sidebyside.authoring.notebooks import ROOT, read
from sidebyside.grading.contract import Job, Outcome
from sidebyside.grading.course.pool import run
from sidebyside.grading.examiner import examine, make_plan
from sidebyside.grading.warm import WarmParent
from tests.graders.bank import BankResults, submissions


def grade_bank(name: str, folder: Path) -> BankResults:
    """Examine every submission of the bank; ``folder`` is not used."""
    source = read(ROOT / "source" / name / f"{name}.ipynb")
    blank = read(ROOT / "exercises" / name / f"{name}.ipynb")
    results, jobs = BankResults(), []
    for student, (notebook, answers) in submissions(name, blank).items():
        jobs.append(Job(name, student, name, instructor=source, submitted=notebook))
        results.submission.update({str(answer): student for answer in answers})
    imports = make_plan(source).imports
    for job, outcome in run(jobs, os.cpu_count() or 1, examine, lambda: WarmParent(imports)):
        assert isinstance(outcome, Outcome), f"{job.student}: {outcome}"
        results.points = {cell.grade_id: cell.points for cell in outcome.cells}
        results.scores[job.student] = {cell.grade_id: cell.score for cell in outcome.cells}
    assert set(results.scores) == {job.student for job in jobs}
    return results
