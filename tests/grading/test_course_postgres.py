"""The gradebook in PostgreSQL, which nbgrader takes by URL."""

import importlib.util
import itertools
import sys
import threading
import warnings
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from sqlalchemy import create_engine, text

from sidebyside.grading.course.assignment import read_assignment
from sidebyside.grading.course.batch import Batch
from sidebyside.grading.course.directory import Course
from sidebyside.grading.course.errors import GradebookError
from sidebyside.grading.course.gradebook import Graded, Writer
from tests.grading.made_course import HALF, RIGHT, WRONG, MadeCourse, examine, grade
from tests.grading.test_course_gradebook import by_hand, rows

pytest.importorskip("psycopg")
_numbers = itertools.count()
_path = Path(__file__).resolve().parents[2] / "scripts" / "postgres.py"
_spec = importlib.util.spec_from_file_location("postgres_script", _path)
postgres = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = postgres
_spec.loader.exec_module(postgres)


@pytest.fixture(scope="module")
def server():
    try:
        with postgres.server() as url:
            yield url
    except postgres.PostgresUnavailable as error:
        warnings.warn(f"NOT TESTED against PostgreSQL: {error}", stacklevel=1)
        pytest.skip(f"no PostgreSQL: {error}")


@pytest.fixture(scope="module")
def template(server):
    """A database in which nbgrader has made its tables, once (2 s)."""
    url = _new(server, "made")
    Gradebook(url).close()
    return "made"


def _new(server, name, template="template1"):
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create database {name} template {template}"))
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture
def database(server, template):
    """The URL of a database of its own."""
    return _new(server, f"db{next(_numbers)}", template)


def test_the_same_rows_as_in_sqlite(tmp_path, database):
    course = MadeCourse(
        tmp_path / "course", "c.CourseDirectory.course_id = 'biology'", entered=False
    )
    for student, answers in {"ada": RIGHT, "bob": WRONG, "cy": HALF, "dan": {}}.items():
        course.hand_in(student, answers, "2030-01-02 00:00:00 UTC")
    assert grade(course) == grade(course, "--db", database) == 0
    by_hand(course)
    course_there = MadeCourse.__new__(MadeCourse)
    course_there.db = database
    by_hand(course_there)
    assert grade(course, "--force") == grade(course, "--force", "--db", database) == 0
    here, there = rows(course.db), rows(database)
    for table in here:
        # the order of equal strings differs by database, not what is there
        assert sorted(map(repr, there[table])) == sorted(map(repr, here[table])), table
    assert grade(course, "--db", database) == 0  # nothing to do
    assert course.stock("generate_feedback", "ps1", CourseDirectory__db_url=database)


def test_many_submissions_one_after_another(tmp_path, database):
    course = MadeCourse(tmp_path / "course")
    course.hand_in("ada", RIGHT)
    opened = Course(course.root, database)
    assignment = read_assignment(opened, "ps1")
    with Writer(opened, "ps1") as writer:
        batch = Batch(opened, assignment, writer, opened.limits())
        outcomes = [examine(job) for job in batch.jobs(opened.submissions("ps1"))]
        graded = [Graded(o.notebook, nbformat.from_dict(o.executed), o.summary()) for o in outcomes]
        for number in range(100):
            writer.write(f"student-{number}", None, graded, "d" * 64, "a" * 64)
        assert len(writer.done()) == 100
    with Gradebook(database) as book:
        assert {s.score for s in book.assignment_submissions("ps1")} == {6.0}


def test_a_lost_connection_is_made_again(tmp_path, database):
    course = MadeCourse(tmp_path / "course")
    course.hand_in("ada", RIGHT)
    opened = Course(course.root, database)
    assignment = read_assignment(opened, "ps1")
    with Writer(opened, "ps1", patience=10) as writer:
        batch = Batch(opened, assignment, writer, opened.limits())
        outcomes = [examine(job) for job in batch.jobs(opened.submissions("ps1"))]
        graded = [Graded(o.notebook, nbformat.from_dict(o.executed), o.summary()) for o in outcomes]
        with create_engine(database).connect() as other:
            kill = (
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where pid <> pg_backend_pid() and datname = current_database()"
            )
            assert other.execute(text(kill)).all()
        writer.write("ada", None, graded, "d", "a")
        assert set(writer.done()) == {"ada"}


def test_writing_waits_for_another_writer(tmp_path, database):
    course = MadeCourse(tmp_path / "course")
    course.hand_in("ada", RIGHT)
    assert grade(course, "--db", database) == 0
    engine = create_engine(database)
    holder = engine.connect()
    holder.execute(text("lock table grade in access exclusive mode"))
    threading.Timer(0.5, holder.rollback).start()
    assert grade(course, "--force", "--db", database) == 0
    holder.close()


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path):
    course = MadeCourse(tmp_path / "course")
    course.hand_in("ada", RIGHT)
    with pytest.raises(GradebookError, match=r"postgresql.*check the address") as caught:
        grade(course, "--db", "postgresql+psycopg://me:secret@127.0.0.1:9/db")
    assert "secret" not in str(caught.value)
