"""A thousand submissions by four workers: none lost, none twice, each with its own score."""

import collections
import dataclasses
import os
import threading
import time

import nbformat
import pytest
from nbgrader.api import Gradebook
from sqlalchemy import create_engine, text

from tests.grading.made_course import MadeCourse, cell, examine, grade, notebook, solved
from tests.grading.test_course_postgres import database, server, template

__all__ = ["database", "server", "template"]  # fixtures

NUMBER = int(os.environ.get("SIDEBYSIDE_SUBMISSIONS", "1000"))
TEST = "assert double(1) == 2\n### BEGIN HIDDEN TESTS\nassert double(7) == 14\n### END HIDDEN TESTS"
ANSWERS = ("return x + x", "return 2", "return 2 * x", "raise ValueError", "return x * 3")
RIGHT = ("return x + x", "return 2 * x")


@pytest.fixture
def course(tmp_path):
    """A class, made as fast as files can be written."""
    only = notebook(
        solved("return 2 * x", "double"), cell(TEST, "test", points=3, grade=True, locked=True)
    )
    made = MadeCourse(tmp_path / "course", notebooks={"only": only})
    texts = []
    for body in ANSWERS:
        answered = nbformat.from_dict(only)
        answered.cells[0].source = f"def double(x):\n    {body}"
        texts.append(nbformat.writes(answered))
    for number in range(NUMBER):
        folder = made.root / f"submitted/student-{number:04}/ps1"
        folder.mkdir(parents=True)
        (folder / "only.ipynb").write_text(texts[number % len(texts)])
    return made


def examiner():
    """Executes each answer once; counts how often each student was examined."""
    known, counts, lock = {}, collections.Counter(), threading.Lock()

    def fake(job, parent):
        answer = job.submitted["cells"][0]["source"]
        with lock:
            counts[job.student] += 1
            if answer not in known:
                known[answer] = examine(job)
        time.sleep(0.002)
        return dataclasses.replace(known[answer], student=job.student)

    return fake, counts


@pytest.mark.parametrize("kind", ["SQLite", "PostgreSQL"])
def test_a_thousand_lose_nothing(course, kind, request, capsys):
    url = course.db if kind == "SQLite" else request.getfixturevalue("database")
    fake, counts = examiner()
    began, used = time.perf_counter(), time.process_time()
    assert grade(course, "--workers", "4", "--db", url, examiner=fake) == 0
    wall, used = time.perf_counter() - began, time.process_time() - used
    with capsys.disabled():
        each = f"{1000 * wall / NUMBER:.1f} ms a submission"
        print(f"\n{kind}: {each}, {1000 * used / NUMBER:.1f} ms of processor")
    students = [f"student-{number:04}" for number in range(NUMBER)]
    assert counts == dict.fromkeys(students, 1)
    with Gradebook(url) as book:
        found = {s.student.id: s.score for s in book.assignment_submissions("ps1")}
    expected = {s: 3.0 * (ANSWERS[n % 5] in RIGHT) for n, s in enumerate(students)}
    assert found == expected
    with create_engine(url).connect() as connection:
        query = "select count(*), count(distinct student) from sidebyside_record"
        assert connection.execute(text(query)).one() == (NUMBER, NUMBER)
    assert len(list(course.root.glob("autograded/*/ps1/only.ipynb"))) == NUMBER
    assert used / NUMBER < 0.03
    again, counts = examiner()
    assert grade(course, "--workers", "4", "--db", url, examiner=again) == 0
    assert not counts
