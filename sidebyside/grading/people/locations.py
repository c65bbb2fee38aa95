"""Where a course has its things: nbgrader's own settings decide, whatever they are."""

from __future__ import annotations

import argparse
import logging
import os
from pathlib import Path

import traitlets
from nbgrader.apps import NbGrader
from nbgrader.coursedir import CourseDirectory

from sidebyside.errors import SideBySideError


class CourseProblem(SideBySideError):
    """The course or its gradebook is not where it was looked for."""


class _Settings(NbGrader):
    """Reads ``nbgrader_config.py`` in the order in which nbgrader does."""

    name = "sidebyside"
    raise_config_file_errors = True

    @traitlets.default("log_level")
    def _log_level_default(self) -> int:
        return logging.ERROR


class Place:
    """A course directory.

    Args:
        root: its path; the working directory if None.
        db: URL of the gradebook; the configured one if None.

    Attributes:
        settings: nbgrader's application with the course's configuration, and ``config`` of it.
        directory: nbgrader's ``CourseDirectory``.
        db_url: the gradebook, as an absolute URL.

    Raises:
        CourseProblem: there is no such directory, or its configuration can't be read.
    """

    def __init__(self, root: str | os.PathLike | None = None, db: str | None = None) -> None:
        before = os.getcwd()
        if root is not None and not Path(root).is_dir():
            raise CourseProblem(f"there is no course directory {str(root)!r}; give --course DIR")
        try:
            os.chdir(root or before)
            self.settings = _Settings()
            self.settings.initialize([])
        except Exception as error:
            where = Path(root or before).resolve()
            raise CourseProblem(f"the configuration of {where} can't be read: {error}") from error
        finally:
            os.chdir(before)
        self.config = self.settings.config
        self.directory: CourseDirectory = self.settings.coursedir
        if root is not None:
            self.directory.root = str(Path(root).resolve())
        if db is not None:
            self.directory.db_url = db
        self.db_url = self.directory.db_url = _absolute(self.directory.db_url, self.root)

    @property
    def root(self) -> Path:
        return Path(self.directory.root)

    def folder(self, step: str, student: str, assignment: str) -> Path:
        """Where a step (``"submitted"``, ``"feedback"`` …) has an assignment of a student."""
        name = getattr(self.directory, f"{step}_directory")
        return Path(os.path.normpath(self.directory.format_path(name, student, assignment)))

    def instructors(self, assignment: str) -> dict[str, Path]:
        """The instructor's notebooks of an assignment, by name; the students' if need be."""
        for step in ("source", "release"):
            found = sorted(self.folder(step, ".", assignment).rglob("*.ipynb"))
            found = [path for path in found if ".ipynb_checkpoints" not in path.parts]
            if found:
                return {path.stem: path for path in found}
        return {}


def _absolute(url: str, root: Path) -> str:
    prefix = "sqlite:///"
    if url.startswith(prefix) and url != prefix and not url.startswith(prefix + ":memory:"):
        return prefix + str((root / url.removeprefix(prefix)).resolve())
    return url


def add_course_options(parser: argparse.ArgumentParser) -> None:
    """``--course`` and ``--db``, the same for every subcommand."""
    parser.add_argument("--course", metavar="DIR", help="course directory (default: here)")
    parser.add_argument("--db", metavar="URL", help="gradebook (default: the configured one)")


def place_of(options: argparse.Namespace) -> Place:
    return Place(options.course, options.db)
