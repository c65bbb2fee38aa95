"""The gradebook that `sidebyside grade` writes is the one that nbgrader would have written."""

import datetime
import shutil
import sqlite3
import threading
import time

import nbformat
import pytest
from nbgrader import api
from nbgrader.api import Gradebook
from sqlalchemy import create_engine, text

from sidebyside.grading.course import gradebook
from sidebyside.grading.course.assignment import read_assignment
from sidebyside.grading.course.batch import Batch
from sidebyside.grading.course.directory import Course
from sidebyside.grading.course.errors import GradebookError
from sidebyside.grading.course.gradebook import Graded, Writer
from tests.grading.made_course import HALF, RIGHT, WRONG, MadeCourse, examine, grade

LATE = "2030-01-02 00:00:00 UTC"
EARLY = "2029-12-31 00:00:00 UTC"


def rows(url):
    """Every row of nbgrader's tables, without the arbitrary identifiers."""
    with Gradebook(url) as book:
        db = book.db
        found = {
            "course": [(c.id,) for c in db.query(api.Course)],
            "assignment": [(a.name, a.duedate, a.course_id) for a in db.query(api.Assignment)],
            "notebook": [(n.name, n.assignment.name, n.kernelspec) for n in db.query(api.Notebook)],
            "cell": [
                (
                    c.notebook.name,
                    c.name,
                    c.type,
                    getattr(c, "max_score", 0),
                    getattr(c, "cell_type", 0),
                )
                for c in db.query(api.BaseCell)
            ],
            "source": [
                (c.notebook.name, c.name, c.cell_type, c.locked, c.source, c.checksum)
                for c in db.query(api.SourceCell)
            ],
            "student": [
                (s.id, s.first_name, s.last_name, s.email, s.lms_user_id)
                for s in db.query(api.Student)
            ],
            "submission": [
                (s.student_id, s.name, s.timestamp, s.extension, s.score, s.needs_manual_grade)
                for s in db.query(api.SubmittedAssignment)
            ],
            "submitted notebook": [
                (
                    n.student.id,
                    n.name,
                    n.flagged,
                    n.late_submission_penalty,
                    n.score,
                    n.failed_tests,
                )
                for n in db.query(api.SubmittedNotebook)
            ],
            "grade": [
                (g.student.id, g.notebook.name, g.name, g.auto_score, g.manual_score)
                + (g.extra_credit, g.needs_manual_grade, g.score, g.max_score, g.failed_tests)
                for g in db.query(api.Grade)
            ],
            "comment": [
                (c.student.id, c.notebook.name, c.name, c.auto_comment, c.manual_comment)
                for c in db.query(api.Comment)
            ],
        }
    return {table: sorted(values, key=repr) for table, values in found.items()}


def by_hand(course):
    """What an instructor does after a first grading: scores and comments by hand, an extension."""
    with Gradebook(course.db) as book:
        for grade_id, score in (("why", 3.5), ("test-double", 1.0)):
            found = book.find_grade(grade_id, "first", "ps1", "bob")
            found.manual_score, found.needs_manual_grade = score, False
        book.find_grade("test-square", "first", "ps1", "bob").extra_credit = 0.5
        book.find_grade("test-double", "first", "ps1", "dan").extra_credit = 0.25  # and late
        book.find_grade("plot", "second", "ps1", "dan").manual_score = 1.0  # of a missing notebook
        book.find_comment("why", "first", "ps1", "bob").manual_comment = "Good."
        book.grant_extension("ps1", "cy", days=7)
        book.db.commit()


@pytest.fixture(scope="module")
def courses(tmp_path_factory):
    """The same class graded twice, by nbgrader and by us; with what lies in between."""
    root = tmp_path_factory.mktemp("courses")
    ours = MadeCourse(root / "ours", "c.LateSubmissionPlugin.penalty_method = 'zero'")
    ours.hand_in("ada", RIGHT, EARLY, files={"data.csv": "mine", "notes/own.txt": "x"})
    ours.hand_in("bob", WRONG)
    ours.hand_in("cy", HALF, LATE)
    (ours.hand_in("dan", {}, LATE) / "second.ipynb").unlink()
    with Gradebook(ours.db) as book:
        book.find_assignment("ps1").duedate = datetime.datetime(2030, 1, 1)
        book.db.commit()
    theirs = ours.copy(root / "theirs")
    steps = []
    for again in (False, True):
        if again:
            for course in (ours, theirs):
                by_hand(course)
                course.hand_in("bob", RIGHT)
                course.hand_in("cy", HALF, LATE)
        for student in ("bob", "cy", "dan") if again else ("*",):
            assert theirs.stock("autograde", "ps1", student, again)
        assert grade(ours, *["--force"] * again) == 0
        steps.append((rows(theirs.db), rows(ours.db)))
    return ours, theirs, steps


@pytest.mark.parametrize("step", [0, 1], ids=["first", "regraded"])
@pytest.mark.parametrize("table", ["submission", "submitted notebook", "grade", "comment"])
def test_rows_are_those_of_nbgrader(courses, step, table):
    stock, own = courses[2][step]
    assert own[table] == stock[table]


def test_all_other_tables_are_those_of_nbgrader(courses):
    for stock, own in courses[2]:
        assert own == stock


def test_the_comparison_covers_what_it_is_for(courses):
    """Penalties, manual scores, untouched cells and missing notebooks do occur in it."""
    first, second = (own for _, own in courses[2])
    penalties = {row[0]: row[3] for row in first["submitted notebook"] if row[1] == "first"}
    assert penalties == {"ada": None, "bob": None, "cy": 4.0, "dan": 0.0}
    extended = {row[0]: row[3] for row in second["submitted notebook"] if row[1] == "first"}
    assert (extended["cy"], extended["dan"]) == (None, 0.25)
    assert ("bob", "first", "why", None, 3.5, None, True, 3.5, 4.0, False) in second["grade"]
    assert ("dan", "first", "why", "No response.", None) in first["comment"]
    assert ("dan", "second", "task", 0.0, None, None, False, 0.0, 5.0, False) in first["grade"]


def test_autograded_files_are_those_of_nbgrader(courses):
    ours, theirs, _ = courses
    folder = "autograded/ada/ps1"
    names = {p.relative_to(theirs.root / folder) for p in (theirs.root / folder).rglob("*")}
    assert {p.relative_to(ours.root / folder) for p in (ours.root / folder).rglob("*")} == names
    for name in names:
        one, other = ours.root / folder / name, theirs.root / folder / name
        if other.is_file():
            assert one.stat().st_mode == other.stat().st_mode
            if other.suffix != ".ipynb":
                assert one.read_bytes() == other.read_bytes()


def test_nbgraders_commands_go_on_working(courses, tmp_path):
    ours = courses[0].copy(tmp_path / "course")
    assert ours.stock("generate_feedback", "ps1")
    assert (ours.root / "feedback/ada/ps1/first.html").exists()
    assert "is missing" in (ours.root / "feedback/dan/ps1/second.html").read_text()
    assert ours.stock("autograde", "ps1", "ada", True)
    assert grade(ours) == 0  # what nbgrader graded since is noticed, and graded here again
    with Gradebook(ours.db) as book:
        book.remove_submission("ps1", "ada")
    graded = []
    assert grade(ours, examiner=lambda job, parent: graded.append(job.student) or examine(job)) == 0
    assert set(graded) == {"ada"}


def test_a_record_is_kept_of_each_notebook(courses):
    with create_engine(courses[0].db).connect() as connection:
        found = connection.execute(text("select student, notebook, record from sidebyside_record"))
        assert len(list(found)) == 8


def test_the_assignment_is_entered_as_nbgrader_enters_it(tmp_path):
    """Without ``generate_assignment``, and without touching the release."""
    theirs = MadeCourse(tmp_path / "theirs", entered=False)
    theirs.hand_in("ada", RIGHT)
    ours = MadeCourse(tmp_path / "ours", entered=False)
    shutil.copytree(theirs.root / "submitted", ours.root / "submitted")
    assert grade(ours) == 0
    assert not (ours.root / "release").exists()
    stock, own = rows(theirs.db), rows(ours.db)
    for table in ("course", "assignment", "notebook", "cell", "source"):
        assert own[table] == stock[table]


def test_changed_tests_are_taken_over_and_said(tmp_path, capsys):
    course = MadeCourse(tmp_path / "course")
    course.hand_in("ada", RIGHT)
    assert grade(course) == 0
    source = course.root / "source/ps1/second.ipynb"
    source.write_text(source.read_text().replace("less(3) == 2", "less(3) == 17"))
    capsys.readouterr()
    assert grade(course) == 0
    assert "test-less" in capsys.readouterr().err
    with Gradebook(course.db) as book:
        assert book.find_grade("test-less", "second", "ps1", "ada").auto_score == 0
        assert "17" in book.find_source_cell("test-less", "second", "ps1").source


def test_cells_can_not_be_added_under_graded_submissions(tmp_path):
    course = MadeCourse(tmp_path / "course")
    course.hand_in("ada", RIGHT)
    assert grade(course) == 0
    source = course.root / "source/ps1/second.ipynb"
    source.write_text(source.read_text().replace('"grade_id": "plot"', '"grade_id": "plots"'))
    with pytest.raises(Exception, match="new: second/plots, gone: second/plot"):
        grade(course)


def test_graded_from_the_release_where_the_source_is_missing(tmp_path, capsys):
    course = MadeCourse(tmp_path / "course")
    course.hand_in("ada", RIGHT)
    course.hand_in("bob", {**RIGHT, "double": "def double(x):\n    return 2"})
    shutil.rmtree(course.root / "source")
    assert grade(course) == 0
    assert "there is no source/ps1" in capsys.readouterr().err
    with Gradebook(course.db) as book:
        assert book.find_grade("test-double", "first", "ps1", "ada").auto_score == 3
        assert book.find_grade("test-double", "first", "ps1", "bob").auto_score == 0  # hidden test


def test_a_late_penalty_plugin_of_the_course_is_asked(tmp_path):
    course = MadeCourse(
        tmp_path / "course",
        "import sys; sys.path.insert(0, '" + str(tmp_path) + "')\n"
        "c.AssignLatePenalties.plugin_class = 'late_plugin.HalfAPointAnHour'",
    )
    (tmp_path / "late_plugin.py").write_text(
        "from nbgrader.plugins import BasePlugin\n"
        "class HalfAPointAnHour(BasePlugin):\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
        "        return total_seconds_late / 7200\n"
    )
    course.hand_in("ada", RIGHT, "2030-01-01 03:00:00 UTC")
    with Gradebook(course.db) as book:
        book.find_assignment("ps1").duedate = datetime.datetime(2030, 1, 1)
        book.db.commit()
    assert grade(course) == 0
    with Gradebook(course.db) as book:
        found = {
            n.name: n.late_submission_penalty for n in book.find_submission("ps1", "ada").notebooks
        }
    assert found == {"first": 1.5, "second": 1.0}  # never more than the score


def test_students_are_not_created_where_the_course_says_so(tmp_path, capsys):
    course = MadeCourse(tmp_path / "course", "c.Autograde.create_student = False")
    course.hand_in("ada", RIGHT)
    course.hand_in("bob", RIGHT)
    with Gradebook(course.db) as book:
        book.add_student("bob")
    assert grade(course) == 3
    assert "nbgrader db student add ada" in capsys.readouterr().err
    with Gradebook(course.db) as book:
        assert [s.id for s in book.students] == ["bob"]
        assert book.find_submission("ps1", "bob").score > 0


@pytest.fixture
def graded(tmp_path):
    """A course, its results, and what the writer needs."""
    course = MadeCourse(tmp_path / "course")
    course.hand_in("ada", RIGHT)
    opened = Course(course.root)
    assignment = read_assignment(opened, "ps1")
    with Writer(opened, "ps1") as writer:
        batch = Batch(opened, assignment, writer, opened.limits())
        outcomes = [examine(job) for job in batch.jobs(opened.submissions("ps1"))]
    results = [Graded(o.notebook, nbformat.from_dict(o.executed), o.summary()) for o in outcomes]
    return opened, results


def test_a_locked_gradebook_is_waited_for_then_named(graded, monkeypatch):
    course, results = graded
    monkeypatch.setattr(gradebook, "BUSY", 0.1)
    with Writer(course, "ps1", patience=0.3) as writer:
        holder = sqlite3.connect(course.root / "gradebook.db", isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        with pytest.raises(GradebookError, match="another program holds it locked"):
            writer.write("ada", None, results, "digest", "autograded")
        assert time.monotonic() - began > 0.3
        threading.Timer(0.2, holder.execute, ["ROLLBACK"]).run()
        writer.write("ada", None, results, "digest", "autograded")
        assert writer.done()["ada"]["first"].digest == "digest"


def test_errors_of_the_database_are_explained(tmp_path):
    course = MadeCourse(tmp_path / "course")
    course.hand_in("ada", RIGHT)
    with pytest.raises(GradebookError, match="can't be used"):
        grade(course, "--db", "sqlite:////nowhere/at/all.db")
    with pytest.raises(GradebookError, match="check the address"):
        grade(course, "--db", "nonsense")


def test_the_writer_takes_little_time(graded):
    """Far below what an examination costs; the bound is wide, for a busy machine."""
    course, results = graded
    with Writer(course, "ps1") as writer:
        began = time.process_time()
        for number in range(50):
            writer.write(f"student-{number}", None, results, "d" * 64, "a" * 64)
        assert (time.process_time() - began) / 50 < 0.03
