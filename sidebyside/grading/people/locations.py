"""What the subcommands for people share: the course they are about, and its notebooks."""

from __future__ import annotations

import argparse
from pathlib import Path

from sidebyside.grading.course.directory import Course
from sidebyside.grading.people.records import Results, read_results


def instructors(course: Course, assignment: str) -> dict[str, Path]:
    """The instructor's notebooks of an assignment, by name; the students' if need be."""
    for step in ("source", "release"):
        found = sorted(course.folder(step, ".", assignment).glob("*.ipynb"))
        if found:
            return {path.stem: path for path in found}
    return {}


def graded(course: Course, assignment: str) -> Results:
    """What the course's gradebook knows about an assignment (``read_results``)."""
    return read_results(course.db_url, assignment, instructors(course, assignment))


def add_course_options(parser: argparse.ArgumentParser) -> None:
    """``--course`` and ``--db``, the same for every subcommand."""
    parser.add_argument("--course", metavar="DIR", help="course directory (default: here)")
    parser.add_argument("--db", metavar="URL", help="gradebook (default: the configured one)")


def course_of(options: argparse.Namespace) -> Course:
    return Course(options.course, options.db)
