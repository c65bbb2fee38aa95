"""Grading on a dask.distributed cluster: the same scores, whatever becomes of a worker."""

import dataclasses
import json

import pytest
from nbgrader.api import Gradebook

from sidebyside.errors import SideBySideError
from sidebyside.grading.contract import CellOutcome, Job, Outcome
from sidebyside.grading.course import cluster
from sidebyside.grading.course.pool import Fault
from tests.grading import cluster_examiner
from tests.grading.made_course import HALF, RIGHT, WRONG, MadeCourse, grade

distributed = pytest.importorskip("distributed")


@pytest.fixture
def workers(tmp_path, monkeypatch):
    """A cluster of two worker processes; its address, and where they leave marks."""
    monkeypatch.setattr(cluster, "EXAMINE", "tests.grading.cluster_examiner:examine_slowly")
    monkeypatch.setattr(cluster, "PARENT", "tests.grading.cluster_examiner:parent")
    marks = tmp_path / "marks"
    marks.mkdir()
    monkeypatch.setenv(cluster_examiner.MARK, str(marks))
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as made:
        yield made.scheduler_address, marks


def scores(course):
    with Gradebook(course.db) as book:
        return {s.student.id: s.score for s in book.assignment_submissions("ps1")}


def test_the_same_scores_and_a_lost_worker_loses_nothing(tmp_path, workers):
    address, marks = workers
    course = MadeCourse(tmp_path / "course")
    for number in range(9):
        course.hand_in(f"student-{number}", (RIGHT, WRONG, HALF, {})[number % 4])
    other = course.copy(tmp_path / "other")
    assert grade(other) == 0
    assert grade(course, "--scheduler", address, examiner=None, parent=None) == 0
    assert scores(course) == scores(other)
    assert (marks / "killed").exists()
    assert len(list(marks.glob("worker-*"))) >= 2
    # One that takes every worker down costs itself only, and is no grade.
    course.hand_in("student-9", RIGHT)
    assert grade(course, "--force", "--scheduler", address, examiner=None, parent=None) == 3
    assert "student-9" not in scores(course)
    assert scores(course) == scores(other)


def test_no_scheduler_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    course = MadeCourse(tmp_path / "course")
    course.hand_in("ada", RIGHT)
    with pytest.raises(SideBySideError, match="no dask scheduler answers at"):
        grade(course, "--scheduler", "tcp://127.0.0.1:9", examiner=None, parent=None)


ONE = CellOutcome("test", 2.0, 1.5, "partial", "because")
JOB = Job("a", "s", "n", {"cells": []}, {"cells": []}, {"d.bin": b"\x00\xff"}, notes=("x",))
GOOD = Outcome("a", "s", "n", {"cells": []}, (ONE,), 7, 1.0, 2.0, 3, 4, ("note",))


def test_jobs_and_outcomes_survive_the_way():
    sent = json.loads(json.dumps(cluster.to_plain(JOB)))
    assert cluster.job_from_plain(sent) == JOB
    back = json.loads(json.dumps(dataclasses.asdict(GOOD)))
    assert cluster.from_plain(back, JOB) == GOOD


@pytest.mark.parametrize(
    "change",
    [
        {"seed": "7"},
        {"seed": True},
        {"seconds": float("nan")},
        {"student": 3},
        {"executed": []},
        {"notes": [1]},
        {"cells": [{}]},
        {"cells": [{**dataclasses.asdict(ONE), "score": "2"}]},
        {"cells": [{**dataclasses.asdict(ONE), "score": float("inf")}]},
        {"cells": None},
        {"more": 1},
        None,
    ],
)
def test_an_answer_of_another_shape_is_refused(change):
    plain = json.loads(json.dumps(dataclasses.asdict(GOOD)))
    assert isinstance(cluster.from_plain(plain | change if change else [], JOB), Fault)
