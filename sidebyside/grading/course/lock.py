"""One grading process for one course: a lock that ends with the process that holds it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from sidebyside.grading.course.errors import CourseError

NAME = ".sidebyside-grading"


class CourseLock:
    """Holds the course's lock file while grading; a context manager.

    The lock is the operating system's, so it goes with its process, however that ends; the file
    names the process for the message to a second one. A file left by a killed process is no lock.

    Raises:
        CourseError: another process grades this course, or the course can't be written.
    """

    def __init__(self, root: Path) -> None:
        self._path = root / NAME

    def __enter__(self) -> CourseLock:
        while True:
            try:
                descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            except OSError as error:
                raise CourseError(
                    f"the course directory {self._path.parent} can't be written "
                    f"({error.strerror}); grading needs to write there"
                ) from error
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.read(descriptor, 100).decode("ascii", "replace").strip() or "unknown"
                os.close(descriptor)
                raise CourseError(
                    f"another process (number {holder}) is grading the course "
                    f"{self._path.parent}; wait until it is done, or end it"
                ) from None
            # The holder removes the file when it ends: is the one that is locked still in place?
            try:
                present = os.stat(self._path).st_ino == os.fstat(descriptor).st_ino
            except FileNotFoundError:
                present = False
            if present:
                break
            os.close(descriptor)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor
        return self

    def __exit__(self, *_: object) -> None:
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)
