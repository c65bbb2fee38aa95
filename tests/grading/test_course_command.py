"""`sidebyside grade`: what it does again, what it survives, and what it says."""

import dataclasses
import os
import random
import shutil
import signal
import sqlite3
import threading
import time

import nbformat
import pytest
from nbgrader.api import Gradebook

from sidebyside.errors import SideBySideError
from sidebyside.grading import sandbox
from sidebyside.grading.contract import Job, Outcome
from sidebyside.grading.course import batch, pool
from sidebyside.grading.course.directory import Course
from sidebyside.grading.course.lock import CourseLock
from sidebyside.grading.warm import WarmParentLost
from tests.grading.made_course import HALF, RIGHT, WRONG, MadeCourse, NoParent, examine, grade

ANSWERS = (RIGHT, WRONG, HALF, {})


@pytest.fixture
def course(tmp_path):
    """A course of six."""
    made = MadeCourse(tmp_path / "course")
    for number in range(6):
        made.hand_in(f"student-{number}", ANSWERS[number % 4])
    return made


def scores(course):
    with Gradebook(course.db) as book:
        return {s.student.id: s.score for s in book.assignment_submissions("ps1")}


class Watch:
    """An executor that notes whom it examined."""

    def __init__(self):
        self.students = []

    def __call__(self, job, parent):
        self.students.append(job.student)
        return examine(job)


def test_nothing_is_graded_twice(course, capsys):
    first, second = Watch(), Watch()
    assert grade(course, examiner=first) == 0
    assert sorted(first.students) == sorted([f"student-{n}" for n in range(6)] * 2)
    assert grade(course, examiner=second) == 0
    assert second.students == []
    assert "6 of 6 were graded before" in capsys.readouterr().err


@pytest.mark.parametrize(
    "change", ["submission", "file", "autograded", "autograded gone", "record", "limits"]
)
def test_what_changed_is_graded_again(course, change):
    assert grade(course) == 0
    place = course.root / "submitted/student-1/ps1"
    done = course.root / "autograded/student-1/ps1"
    if change == "submission":
        course.hand_in("student-1", RIGHT)
    elif change == "file":
        (place / "notes.txt").write_text("new")
    elif change == "autograded":
        (done / "first.ipynb").chmod(0o644)
        (done / "first.ipynb").write_text("{}")
    elif change == "autograded gone":
        shutil.rmtree(done)
    elif change == "record":
        with sqlite3.connect(course.root / "gradebook.db") as db:
            db.execute("delete from sidebyside_record where student = 'student-1'")
    watch = Watch()
    assert grade(course, *(["--memory", "3"] if change == "limits" else []), examiner=watch) == 0
    expected = {f"student-{n}" for n in range(6)} if change == "limits" else {"student-1"}
    assert set(watch.students) == expected


def test_force_grades_again_and_the_chosen_only(course):
    assert grade(course) == 0
    watch = Watch()
    assert grade(course, "--force", "--student", "student-2", examiner=watch) == 0
    assert set(watch.students) == {"student-2"}


def test_scores_do_not_depend_on_workers(course, tmp_path):
    other = course.copy(tmp_path / "other")
    assert grade(course, "--workers", "1") == grade(other, "--workers", "4") == 0
    assert scores(course) == scores(other)
    assert len(set(scores(course).values())) > 2


def test_a_fault_of_ours_is_no_grade(course, capsys):
    def fails(job, parent):
        if job.student == "student-3" and job.notebook == "second":
            raise RuntimeError("a bug of the grader")
        return examine(job)

    assert grade(course, examiner=fails) == 3
    assert "a bug of the grader" in capsys.readouterr().err
    assert "student-3" not in scores(course)
    assert not (course.root / "autograded/student-3").exists()
    assert grade(course) == 0  # and the next run makes up for it
    assert len(scores(course)) == 6


def test_a_submission_that_can_not_be_read_by_us_is_no_grade(course, capsys, monkeypatch):
    plain = batch.read_folder

    def refuses(opened, path):
        if "student-4" in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        return plain(opened, path)

    monkeypatch.setattr(batch, "read_folder", refuses)
    assert grade(course) == 3
    assert "Permission denied" in capsys.readouterr().err
    assert len(scores(course)) == 5


def test_folders_that_can_not_be_a_students_are_named(course, capsys):
    for name in (b"x" * 200, b"bad\xff"):
        folder = os.path.join(os.fsencode(course.root), b"submitted", name)
        shutil.copytree(os.fsencode(course.root / "submitted/student-0"), folder)
    assert grade(course) == 3
    assert capsys.readouterr().err.count("can't be a student's") == 2
    assert len(scores(course)) == 6


@pytest.mark.parametrize("version", [(3, 0), (4, 0), (4, 4)])
def test_old_notebook_formats_are_graded_once(course, version):
    """nbformat gives them new random identifiers at each reading."""
    source = course.root / "source/ps1/second.ipynb"
    old = nbformat.read(source, as_version=4)
    if version[0] == 3:
        old = nbformat.convert(old, 3)
    else:
        old.nbformat_minor = version[1]
        for cell in old.cells:
            del cell["id"]
    nbformat.write(old, source, version=nbformat.NO_CONVERT)
    assert grade(course) == 0
    watch = Watch()
    assert grade(course, examiner=watch) == 0
    assert watch.students == []


@pytest.mark.parametrize("lie", ["score", "cells", "student", "output", "range"])
def test_a_result_that_contradicts_itself_is_no_grade(course, lie):
    def lies(job, parent):
        outcome = examine(job)
        if job.student != "student-1" or job.notebook != "first":
            return outcome
        first, *rest = outcome.cells
        if lie == "score":
            return dataclasses.replace(
                outcome, cells=(dataclasses.replace(first, score=3.0), *rest)
            )
        if lie == "range":
            return dataclasses.replace(
                outcome, cells=(dataclasses.replace(first, score=float("nan")), *rest)
            )
        if lie == "cells":
            return dataclasses.replace(outcome, cells=tuple(rest))
        if lie == "student":
            return dataclasses.replace(outcome, student="student-0")
        for cell in outcome.executed["cells"]:
            cell.pop("outputs", None)
        return outcome

    assert grade(course, examiner=lies) == 3
    assert set(scores(course)) == {f"student-{n}" for n in range(6)} - {"student-1"}


def test_killed_at_any_moment_the_next_run_goes_on(course, tmp_path):
    """Forty times; what was done stays done, and the scores are an undisturbed run's."""
    calm = course.copy(tmp_path / "calm")
    assert grade(calm) == 0
    log = tmp_path / "log"
    moments = random.Random(4)

    def slow(job, parent):
        with open(log, "a") as file:
            file.write(f"{job.student}\n")
        time.sleep(0.01)
        return examine(job)

    interrupted = 0
    for _ in range(40):
        done = recorded(course)
        log.write_text("")
        child = os.fork()
        if child == 0:
            quiet()
            try:
                os._exit(grade(course, "--workers", "2", examiner=slow))
            except BaseException:
                os._exit(99)
        time.sleep(moments.uniform(0, 0.35))
        os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status in (0, -9)
        interrupted += status == -9
        assert not done & set(log.read_text().split())
        if status == 0:
            with sqlite3.connect(course.root / "gradebook.db") as db:  # and again from the start
                db.execute("delete from sidebyside_record where student > 'student-1'")
    assert interrupted > 10
    assert grade(course) == 0
    assert scores(course) == scores(calm)
    with sqlite3.connect(course.root / "gradebook.db") as db:
        for table in ("sidebyside_record", "submitted_notebook"):
            assert db.execute(f"select count(*) from {table}").fetchone() == (12,)
    opened = Course(course.root)
    for student in scores(course):
        folder = opened.folder("autograded", student, "ps1")
        other = calm.root / "autograded" / student / "ps1"
        assert {p.name: p.read_bytes() for p in folder.iterdir()} == {
            p.name: p.read_bytes() for p in other.iterdir()
        }


def recorded(course):
    with sqlite3.connect(course.root / "gradebook.db") as db:
        try:
            return {row[0] for row in db.execute("select student from sidebyside_record")}
        except sqlite3.OperationalError:
            return set()


def quiet():
    """In a forked child: say nothing."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_and_keeps_what_is_done(course, number):
    child = os.fork()
    if child == 0:
        quiet()
        signal.signal(signal.SIGINT, signal.default_int_handler)

        def slow(job, parent):
            time.sleep(0.05 if job.student < "student-3" else 0.5)
            return examine(job)

        try:
            os._exit(grade(course, "--workers", "1", examiner=slow))
        except KeyboardInterrupt:
            os._exit(130)
    until = time.monotonic() + 20
    while len(recorded(course)) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    os.kill(child, number)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 130
    done = recorded(course)
    assert 2 <= len(done) < 6
    assert not (course.root / ".sidebyside-grading").exists()
    watch = Watch()
    assert grade(course, examiner=watch) == 0
    assert set(watch.students) == {f"student-{n}" for n in range(6)} - done


def test_a_second_process_is_refused(course):
    with (
        CourseLock(course.root),
        pytest.raises(SideBySideError, match=rf"another process \(number {os.getpid()}\)"),
    ):
        grade(course)
    (course.root / ".sidebyside-grading").write_text("999999\n")  # of one that was killed
    assert grade(course) == 0


def test_errors_name_the_thing_and_the_way_out(course, tmp_path):
    (course.root / "submitted/x/ps2").mkdir(parents=True)
    for arguments, message in (
        ({"assignment": "ps"}, "has no assignment 'ps' in source/; did you mean 'ps1'"),
        ({"assignment": "../ps1"}, "is not the name of an assignment"),
        ({"student": "student-7"}, "'student-7' handed in nothing for 'ps1'; did you mean"),
        ({"course": tmp_path / "nowhere"}, "there is no course directory"),
        ({"course": tmp_path}, "has no assignment"),
        ({"workers": "0"}, "at least one"),
        ({"memory": "0.01"}, "nothing to run in"),
    ):
        command = ["grade", str(arguments.pop("assignment", "ps1"))]
        for name, value in {"course": course.root, **arguments}.items():
            command += [f"--{name}", str(value)]
        with pytest.raises(SideBySideError, match=message):
            run(command)
    shutil.rmtree(course.root / "submitted")
    with pytest.raises(SideBySideError, match="nothing was handed in"):
        grade(course)
    (course.root / "nbgrader_config.py").write_text("c = get_config(\n")
    with pytest.raises(SideBySideError, match=r"nbgrader_config\.py .* can't be read: SyntaxError"):
        grade(course)


def run(arguments):
    """Parse and run, without what `main` makes of errors."""
    import argparse

    from sidebyside.grading.course import command

    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    options = parser.parse_args(arguments)
    return command.grade(options, examine, NoParent)


def test_an_instructors_notebook_that_can_not_be_used_is_named(course):
    source = course.root / "source/ps1/second.ipynb"
    kept = source.read_text()
    for old, new, message in (
        ('"grade_id": "plot"', '"grade_id": "less"', "less"),
        ('"schema_version": 3', '"schema_version": 99', "upgrade nbgrader"),
        ('"cells"', '"sells"', "can't be read"),
    ):
        source.write_text(kept.replace(old, new))
        with pytest.raises(SideBySideError, match=f"(?s)second.ipynb.*{message}"):
            grade(course)


def test_a_course_with_other_names_and_places(tmp_path):
    """Renamed directories, another structure, a course_id, group permissions, a root elsewhere."""
    other = tmp_path / "elsewhere"
    made = MadeCourse(
        tmp_path / "course",
        f"""
c.CourseDirectory.root = {str(tmp_path / "course")!r}
c.CourseDirectory.course_id = 'biology'
c.CourseDirectory.source_directory = 'quelle'
c.CourseDirectory.release_directory = 'ausgabe'
c.CourseDirectory.submitted_directory = {str(other / "abgaben")!r}
c.CourseDirectory.autograded_directory = 'bewertet'
c.CourseDirectory.directory_structure = '{{nbgrader_step}}/{{assignment_id}}/{{student_id}}'
c.CourseDirectory.db_url = 'sqlite:///noten.db'
c.CourseDirectory.groupshared = True
c.CourseDirectory.ignore = ['*.tmp']
c.Execute.timeout = 7
c.SideBySide.memory = 2
""",
    )
    plain = MadeCourse(tmp_path / "plain")
    released = plain.hand_in("ada", RIGHT)
    (made.root / "quelle/ps1").mkdir(parents=True)
    (made.root / "source/ps1").rename(made.root / "quelle/ps1/.")
    shutil.rmtree(made.root / "release")
    shutil.copytree(released, other / "abgaben/ps1/ada")
    (other / "abgaben/ps1/ada/junk.tmp").write_text("x")
    jobs = []
    assert grade(made, examiner=lambda job, _: jobs.append(job) or examine(job)) == 0
    done = made.root / "bewertet/ps1/ada"
    assert sorted(path.name for path in done.iterdir()) == [
        "data.csv",
        "first.ipynb",
        "second.ipynb",
    ]
    assert done.stat().st_mode & 0o7777 == 0o2775 | 0o2770
    assert (done / "first.ipynb").stat().st_mode & 0o777 == 0o664
    assert jobs[0].limits.cell_seconds == 7
    assert jobs[0].limits.memory == 2 * 2**30
    with Gradebook(f"sqlite:///{made.root}/noten.db", "biology") as book:
        assert book.find_submission("ps1", "ada").score == 6
        assert book.find_assignment("ps1").course_id == "biology"


def test_the_settings_of_another_course_do_not_leak_in(course, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    (tmp_path / "here/nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.submitted_directory = 'wrong'\n"
    )
    monkeypatch.chdir(tmp_path / "here")
    assert Course(course.root).directory.submitted_directory == "submitted"
    assert Course().directory.submitted_directory == "wrong"


def test_what_can_not_be_examined_is_said_before(course, capsys):
    source = course.root / "source/ps1/second.ipynb"
    text = source.read_text()
    source.write_text(
        text.replace("assert less(3) == 2", "import inspect\\ninspect.getsource(less)")
    )
    grade(course)
    assert "second, test-less:" in capsys.readouterr().err


def test_check_prints_the_probes(capsys):
    if any(probe.missing for probe in sandbox.probe()):
        with pytest.raises(sandbox.SandboxError):
            run(["grade", "--check"])
    else:
        assert run(["grade", "--check"]) == 0
    printed = capsys.readouterr()
    assert all(probe.name in printed.out for probe in sandbox.probe())


# --- the pool -----------------------------------------------------------------------------------


def job(number):
    return Job("a", f"s{number}", "n", {}, {})


def answer(one, parent=None):
    return Outcome(one.assignment, one.student, one.notebook, {}, (), 0)


def test_jobs_are_taken_as_they_are_needed():
    taken = []

    def jobs():
        for number in range(50):
            taken.append(number)
            yield job(number)

    results = pool.run(jobs(), 2, answer, NoParent)
    next(results)
    assert len(taken) <= 4
    assert len(list(results)) == 49


def test_all_workers_work_at_once():
    together = threading.Barrier(4)

    def meets(one, parent):
        together.wait(10)
        return answer(one)

    assert len(list(pool.run(map(job, range(4)), 4, meets, NoParent))) == 4


def test_a_lost_parent_is_started_again_and_the_job_repeated():
    parents = []

    def make():
        parents.append(NoParent())
        return parents[-1]

    lost = iter([True, True])

    def once(one, parent):
        if next(lost, False):
            raise WarmParentLost("gone")
        return answer(one)

    results = list(pool.run(map(job, range(10)), 1, once, make))
    assert all(isinstance(outcome, Outcome) for _, outcome in results)
    assert len(results) == 10
    assert [(one.starts, one.stops) for one in parents] == [(1, 1)] * 3


def test_a_job_that_ends_every_parent_costs_itself():
    def deadly(one, parent):
        if one.student == "s3":
            raise WarmParentLost("gone")
        return answer(one)

    results = {
        one.student: outcome for one, outcome in pool.run(map(job, range(6)), 1, deadly, NoParent)
    }
    assert [name for name, outcome in results.items() if isinstance(outcome, pool.Fault)] == ["s3"]


def test_a_parent_that_does_not_start_ends_the_run():
    class Broken(NoParent):
        def start(self):
            raise RuntimeError("no memory")

    with pytest.raises(pool.ParentFailed, match="no memory"):
        list(pool.run(map(job, range(3)), 2, answer, Broken))


def test_leaving_ends_the_parent():
    parent = NoParent()
    results = pool.run(map(job, range(9)), 2, answer, lambda: parent)
    next(results)
    results.close()
    assert (parent.starts, parent.stops) == (1, 1)
