"""``sidebyside grade``: grade what is in ``submitted/``."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sidebyside.grading.contract import Job, Limits, Outcome

GRADED, NOT_ALL = 0, 3


def add_parser(subparsers: Any) -> None:
    """Add ``grade`` to the command's parsers."""
    parser = subparsers.add_parser(
        "grade",
        help="grade the submissions of an assignment",
        description="Grade what is in submitted/, several at once, each in a sandbox. What was "
        "graded before and has not changed is left as it is.",
    )
    parser.add_argument("assignment", nargs="?", help="name of the assignment")
    parser.add_argument(
        "--student", action="append", metavar="ID", help="only this student (may be repeated)"
    )
    parser.add_argument("--workers", type=int, metavar="N", help="at once (default: one per core)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a dask.distributed cluster")
    parser.add_argument("--course", metavar="DIR", help="course directory (default: here)")
    parser.add_argument("--db", metavar="URL", help="gradebook (default: the configured one)")
    parser.add_argument("--force", action="store_true", help="grade again what is graded")
    parser.add_argument(
        "--check", action="store_true", help="say what this machine offers, and end"
    )
    parser.add_argument(
        "--unsafe", action="store_true", help="go on where the machine can't offer the sandbox"
    )
    parser.add_argument("--cell-seconds", type=float, metavar="X", help="processor time of a cell")
    parser.add_argument("--memory", type=float, metavar="GB", help="memory of a submission, in GiB")
    parser.set_defaults(run=grade)


def grade(
    options: argparse.Namespace,
    examine: Callable[[Job, Any], Outcome] | None = None,
    parent_factory: Callable[[], Any] | None = None,
) -> int:
    """Run the command.

    Args:
        examine: what examines a job; the grader's own by default.
        parent_factory: makes what ``examine`` is given; a warm parent by default.

    Returns:
        0 if all submissions are graded, 3 if some could not be examined by no fault of theirs.

    Raises:
        SideBySideError: nothing could be graded, for the reason it gives.
    """
    if options.check:
        return check(options)
    from sidebyside.grading.course.errors import CourseError

    if not options.assignment:
        raise CourseError("name the assignment to grade: sidebyside grade ASSIGNMENT")
    if options.workers is not None and options.workers < 1:
        raise CourseError(f"--workers {options.workers}: at least one is needed")
    if examine is None and not options.scheduler:
        from sidebyside.grading import sandbox

        sandbox.check(unsafe=options.unsafe)  # before anything is read or written
    with _sigterm_as_interrupt():
        return _grade(options, examine, parent_factory)


def check(options: argparse.Namespace) -> int:
    """Print what this machine offers for the sandbox; 1 if something needed is missing."""
    from sidebyside.grading import sandbox

    print(sandbox.describe(sandbox.probe()))
    sandbox.check(unsafe=options.unsafe)
    return 0


@contextlib.contextmanager
def _sigterm_as_interrupt() -> Iterator[None]:
    """SIGTERM ends the run as Ctrl-C does: what is finished is kept, nothing is left running."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is told of signals
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _grade(
    options: argparse.Namespace,
    examine: Callable[[Job, Any], Outcome] | None,
    parent_factory: Callable[[], Any] | None,
) -> int:
    from sidebyside.grading.course.assignment import read_assignment
    from sidebyside.grading.course.batch import Batch
    from sidebyside.grading.course.directory import Course
    from sidebyside.grading.course.gradebook import Writer
    from sidebyside.grading.course.lock import CourseLock
    from sidebyside.grading.people.progress import Progress

    began = time.monotonic()
    course = Course(options.course, options.db)
    name = options.assignment
    course.check_assignment(name)
    submissions = course.submissions(name, options.student)
    # nbgrader too works in the course's root: paths in the settings may be relative to it
    with CourseLock(course.root), contextlib.chdir(course.root):
        assignment = read_assignment(course, name)
        for remark in assignment.remarks:
            _say(remark)
        modules = _examine_plan(assignment)
        faults = {one.student: problem for one in submissions if (problem := one.problem)}
        submissions = [one for one in submissions if not one.problem]
        limits = _with_room(course.limits(options.cell_seconds, options.memory), assignment, course)
        with Writer(course, name) as writer:
            if not course.autograde.create_student:
                known = writer.students()
                for one in submissions:
                    if one.student not in known:
                        faults[one.student] = (
                            "not in the gradebook, and c.Autograde.create_student is off; add "
                            f"with `nbgrader db student add {one.student}`"
                        )
                submissions = [one for one in submissions if one.student in known]
            progress: Progress

            def finished(student: str, outcomes: list[Outcome], fault: str) -> None:
                if fault:
                    faults[student] = fault
                    progress.done(failed=f"{student}: not examined: {fault}")
                else:
                    progress.done(outcomes[0])

            batch = Batch(
                course, assignment, writer, limits, unsafe=options.unsafe, finished=finished
            )
            to_do = batch.to_do(submissions, options.force)
            if already := len(submissions) - len(to_do):
                _say(f"{already} of {len(submissions)} were graded before and have not changed")
            if to_do:
                workers = options.workers or course.settings.workers
                with Progress(len(to_do), stream=sys.stderr) as progress:
                    results = _results(
                        batch.jobs(to_do), options, workers, modules, examine, parent_factory
                    )
                    for job, outcome in results:
                        batch.take(job, outcome)
    wall = time.monotonic() - began if to_do else None
    _summary(course, name, {one.student for one in submissions}, wall)
    for student, reason in faults.items():
        _say(f"not graded: {student}: {reason}")
    if faults:
        _say("run the same command again to try these once more")
    return NOT_ALL if faults else GRADED


def _results(
    jobs: Iterable[Job],
    options: argparse.Namespace,
    workers: int | None,
    modules: list[str],
    examine: Callable[[Job, Any], Outcome] | None,
    parent_factory: Callable[[], Any] | None,
) -> Iterator[tuple[Job, Any]]:
    if options.scheduler:
        from sidebyside.grading.course import cluster

        return cluster.run(jobs, options.scheduler, modules, unsafe=options.unsafe)
    from sidebyside.grading.course import pool

    if examine is None:
        from sidebyside.grading.examiner import examine
    if parent_factory is None:
        from sidebyside.grading.warm import WarmParent

        parent_factory = lambda: WarmParent(modules)
    return pool.run(jobs, workers or _cores(), examine, parent_factory)


def _examine_plan(assignment: Any) -> list[str]:
    """Say what can't be examined; returns the modules that the assignment imports."""
    from sidebyside.grading.examiner.plan import make_plan

    modules: set[str] = set()
    for name, notebook in assignment.notebooks.items():
        plan = make_plan(notebook.solved)
        modules |= set(plan.imports)
        for problem in plan.problems:
            _say(f"{name}, {problem.cell}: {problem.what} {problem.advice}")
    return sorted(modules)


def _with_room(limits: Limits, assignment: Any, course: Any) -> Limits:
    """The private directory holds at least what is put there, twice."""
    given = sum(map(len, assignment.files.values()))
    return dataclasses.replace(limits, private=max(limits.private, limits.private // 2 + 2 * given))


def _summary(course: Any, assignment: str, students: set[str], wall: float | None) -> None:
    from sidebyside.grading.people.records import read_results
    from sidebyside.grading.people.report import write_report
    from sidebyside.grading.people.summary import summary

    paths = {
        path.stem: path for path in sorted(course.folder("source", ".", assignment).glob("*.ipynb"))
    }
    results = read_results(course.db_url, assignment, paths)
    kept = tuple(record for record in results.records if record.student in students)
    print(summary(dataclasses.replace(results, records=kept), wall))
    report = write_report(course, assignment, wall=wall)
    print(f"\nreport: {os.path.relpath(report, course.root)}")


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _say(text: str) -> None:
    from sidebyside.grading.people.text import one_line

    print(f"note: {one_line(text, 1000)}", file=sys.stderr, flush=True)
