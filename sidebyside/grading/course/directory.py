"""An nbgrader course directory, read through nbgrader's own settings.

Nothing here is specific to one course: directories may have any name, the root may be anywhere,
and whatever ``nbgrader_config.py`` says about them is what holds.
"""

from __future__ import annotations

import fnmatch
import glob
import logging
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import traitlets
from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import Preprocessor
from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde, BaseConverter, GenerateAssignment
from traitlets.config import Configurable

from sidebyside.grading.contract import MEBIBYTE, Limits
from sidebyside.grading.course.errors import CourseError, near_misses

GIBIBYTE = 2**30
LONGEST_NAME = 128  # characters, in the columns of nbgrader's tables


class SideBySide(Configurable):
    """Settings of ``sidebyside grade``: ``c.SideBySide.memory = 8`` in ``nbgrader_config.py``."""

    cell_seconds = traitlets.Float(
        None,
        allow_none=True,
        help="processor time of one cell, in seconds (default: Execute.timeout if set, else 60)",
    ).tag(config=True)
    submission_seconds = traitlets.Float(
        Limits.submission_seconds, help="wall time of one notebook, in seconds"
    ).tag(config=True)
    memory = traitlets.Float(Limits.memory / GIBIBYTE, help="memory of one submission, in GiB").tag(
        config=True
    )
    processes = traitlets.Int(Limits.processes, help="processes and threads at once").tag(
        config=True
    )
    private = traitlets.Float(
        Limits.private / MEBIBYTE, help="size of the private directory, in MiB"
    ).tag(config=True)
    open_files = traitlets.Int(Limits.open_files, help="open files of a process").tag(config=True)
    output = traitlets.Int(Limits.output, help="bytes of output kept of one cell").tag(config=True)
    restarts = traitlets.Int(
        Limits.restarts, help="how often the student's side is started again after it died"
    ).tag(config=True)
    notebook_size = traitlets.Float(
        64, help="largest notebook that is read, in MiB; a larger one counts as unreadable"
    ).tag(config=True)
    files_size = traitlets.Float(
        100, help="all files handed in beside the notebooks, in MiB; what is above is left out"
    ).tag(config=True)
    files_number = traitlets.Int(
        1000, help="number of files handed in; what is above is left out"
    ).tag(config=True)
    workers = traitlets.Int(
        None, allow_none=True, help="submissions examined at once (default: one per core)"
    ).tag(config=True)


class _Application(NbGrader):
    """Reads the settings in the order nbgrader does, quietly; an error in them is an error."""

    name = "sidebyside-grade"
    raise_config_file_errors = True

    @traitlets.default("log_level")
    def _log_level_default(self) -> int:
        return logging.CRITICAL


@dataclass(frozen=True)
class Submitted:
    """A folder in ``submitted/``: whose it is, and where."""

    student: str
    path: Path

    @property
    def problem(self) -> str:
        """Why this can't be the name of a student in the gradebook; empty if it can."""
        if not self.student.isprintable() or len(self.student) > LONGEST_NAME:
            return (
                f"the folder's name can't be a student's: it is longer than {LONGEST_NAME} "
                "characters or holds some that can't be printed; rename it"
            )
        return ""


class Course:
    """A course directory with nbgrader's settings for it.

    Args:
        directory: the course's root. Default: what the configuration in the working directory (or
            the user's own) says, else the working directory.
        db: URL of the gradebook; beats the configuration's.

    Raises:
        CourseError: no such directory, or an error in its configuration.
    """

    def __init__(self, directory: str | os.PathLike | None = None, db: str | None = None) -> None:
        if directory is not None and not Path(directory).is_dir():
            raise CourseError(f"there is no course directory {str(directory)!r}")
        application = _read_settings(directory)
        self.config = application.config
        self.directory = application.coursedir
        if directory is not None:
            self.directory.root = os.path.abspath(directory)
        if not Path(self.directory.root).is_dir():
            raise CourseError(
                f"the course's root {self.directory.root!r} (c.CourseDirectory.root) does not exist"
            )
        if db is not None:
            self.directory.db_url = db
        self.directory.db_url = self.db_url = _absolute_url(self.directory.db_url, self.root)
        try:
            self.autograde = Autograde(coursedir=self.directory, parent=application)
            self.generate = GenerateAssignment(coursedir=self.directory, parent=application)
            self.settings = SideBySide(config=self.config)
        except traitlets.TraitError as error:
            raise CourseError(f"the settings of {self.root} can't be used: {error}") from error

    @property
    def root(self) -> Path:
        return Path(self.directory.root)

    @property
    def course_id(self) -> str:
        return self.directory.course_id

    def folder(self, step: str, student: str, assignment: str) -> Path:
        """Where a step (``"submitted"``, ``"source"`` …) has an assignment of a student."""
        name = getattr(self.directory, f"{step}_directory")
        return Path(os.path.normpath(self.directory.format_path(name, student, assignment)))

    def limits(self, cell_seconds: float | None = None, memory: float | None = None) -> Limits:
        """What one submission may use; ``cell_seconds`` and ``memory`` (GiB) beat the settings."""
        s = self.settings
        seconds = cell_seconds or s.cell_seconds or self._execute_timeout or Limits.cell_seconds
        limits = Limits(
            cell_seconds=float(seconds),
            submission_seconds=max(s.submission_seconds, 2 * float(seconds)),
            memory=int((memory or s.memory) * GIBIBYTE),
            processes=s.processes,
            private=int(s.private * MEBIBYTE),
            open_files=s.open_files,
            output=s.output,
            restarts=s.restarts,
        )
        if limits.cell_seconds <= 0 or limits.memory < 256 * MEBIBYTE:
            raise CourseError(
                f"limits of {limits.cell_seconds} seconds a cell and {limits.memory / GIBIBYTE:g} "
                "GiB of memory leave nothing to run in; give more than 0 seconds and 0.25 GiB"
            )
        return limits

    @property
    def _execute_timeout(self) -> float | None:
        timeout = self.config.get("Execute", {}).get("timeout")
        return timeout if isinstance(timeout, int | float) and timeout > 0 else None

    def ignored(self, name: str) -> bool:
        """Whether nbgrader leaves out a file or folder of this name (its setting ``ignore``)."""
        return any(
            fnmatch.fnmatchcase(name, pattern)
            for pattern in self.directory.ignore
            if name[0] != "." or pattern[:1] == "."  # as a shell's patterns: * is not for .hidden
        )

    def assignments(self) -> list[str]:
        """The names of all assignments with an instructor's or a released version."""
        return sorted(
            {
                found["assignment"]
                for step in ("source", "release")
                for path in glob.glob(self._pattern(step, student="."))
                if (found := self._expression(step, student=".").fullmatch(os.path.normpath(path)))
            }
        )

    def check_assignment(self, name: str, also: tuple[str, ...] = ()) -> None:
        """Raise CourseError unless there is an assignment of this name (``also``: further ones)."""
        if not name or "/" in name or "+" in name or name in (".", ".."):
            raise CourseError(f"{name!r} is not the name of an assignment")
        known = {*self.assignments(), *also}
        if name not in known:
            raise CourseError(
                f"the course {self.root} has no assignment {name!r} in "
                f"{self.directory.source_directory}/; {near_misses(name, known, 'assignment')}"
            )

    def submissions(self, assignment: str, students: list[str] | None = None) -> list[Submitted]:
        """The submissions of an assignment, sorted; of ``students`` (names or patterns) only.

        Raises:
            CourseError: there are none, or one of ``students`` matches nobody.
        """
        expression = self._expression("submitted", assignment=assignment)
        excluded = self.directory.student_id_exclude.split(",")
        found = {}
        for path in glob.glob(self._pattern("submitted", assignment=assignment)):
            match = expression.fullmatch(os.path.normpath(path))
            if match and match["student"] not in excluded:
                found[match["student"]] = Path(os.path.normpath(path))
        if not found:
            raise CourseError(
                f"nothing was handed in for {assignment!r}: no folder matches "
                f"{self._pattern('submitted', assignment=assignment)}"
            )
        wanted = set(found)
        if students:
            wanted = set()
            for one in students:
                matched = set(fnmatch.filter(found, one)) | ({one} & set(found))
                if not matched:
                    raise CourseError(
                        f"student {one!r} handed in nothing for {assignment!r}; "
                        f"{near_misses(one, found, 'submission')}"
                    )
                wanted |= matched
        return [Submitted(student, found[student]) for student in sorted(wanted)]

    @cached_property
    def file_mode(self) -> int:
        """Permissions of what is written into ``autograded/`` (``Autograde.permissions``)."""
        return int(str(self.autograde.permissions), 8)

    @property
    def shared_with_group(self) -> bool:
        return self.directory.groupshared

    def _path(self, step: str, student: str, assignment: str) -> str:
        name = getattr(self.directory, f"{step}_directory")
        path = self.directory.directory_structure.format(
            nbgrader_step=name, student_id=student, assignment_id=assignment
        )
        return os.path.normpath(os.path.join(self.directory.root, path))

    def _pattern(self, step: str, student: str | None = None, assignment: str | None = None) -> str:
        marked = self._path(step, student or "\0student", assignment or "\0assignment")
        pattern = glob.escape(marked)
        return pattern.replace("\0student", "*").replace("\0assignment", "*")

    def _expression(
        self, step: str, student: str | None = None, assignment: str | None = None
    ) -> re.Pattern:
        marked = self._path(step, student or "\0student", assignment or "\0assignment")
        expression = re.escape(marked)
        for name in ("student", "assignment"):
            first, *others = expression.split(re.escape(f"\0{name}"))
            if others:
                expression = f"{first}(?P<{name}>[^/]+)" + f"(?P={name})".join(others)
        return re.compile(expression)


def _read_settings(directory: str | os.PathLike | None) -> _Application:
    """The application with all settings: Jupyter's own, the working directory's, the course's.

    With ``directory``, the working directory's are left out: they belong to another course.
    """
    application = _Application()
    application.load_cwd_config = directory is None
    try:
        application.initialize([], root=os.path.abspath(directory) if directory else "")
    except SystemExit as error:  # what traitlets does after it has logged the error
        raise CourseError(
            f"the settings of {directory or os.getcwd()!r} can't be used; see the lines above"
        ) from error
    except Exception as error:
        where = directory or os.getcwd()
        raise CourseError(
            f"nbgrader_config.py of {str(where)!r} can't be read: {type(error).__name__}: {error}"
        ) from error
    # Plugins may lie in the course; nbgrader puts the working directory first in the search path,
    # where a file would hide a package of the same name.
    if os.getcwd() in sys.path:
        sys.path.remove(os.getcwd())
    sys.path.append(application.coursedir.root)
    return application


def _absolute_url(url: str, root: Path) -> str:
    """An SQLite URL with a relative file is relative to the course's root, as in nbgrader."""
    prefix = "sqlite:///"
    if url.startswith(prefix) and not url.startswith(prefix + "/"):
        name = url[len(prefix) :]
        if name and name != ":memory:":
            return f"{prefix}{root / name}"
    return url


def preprocessors(converter: BaseConverter, kinds: Sequence) -> list[Preprocessor]:
    """Instances of nbgrader's preprocessors with the course's settings, as a converter makes them.

    Args:
        kinds: classes, instances, or import paths, as the configuration may name them.
    """
    exporter = NotebookExporter(parent=converter, config=converter.config)
    exporter._preprocessors = []  # as nbgrader does it
    for kind in kinds:
        exporter.register_preprocessor(kind)
    return exporter._preprocessors
