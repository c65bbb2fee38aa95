"""The folder ``autograded/STUDENT/ASSIGNMENT``: written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from nbformat.v4.nbjson import JSONWriter

from sidebyside.grading.course.directory import Course
from sidebyside.grading.course.errors import CourseError


def write_folder(course: Course, student: str, assignment: str, files: Mapping[str, bytes]) -> str:
    """Replace a submission's folder in ``autograded/`` by ``files`` (relative path → content).

    It is made beside its place and renamed, so a reader (or a later run, after this one was
    killed) finds the old one, none, or the new one, and never a part of one.

    Returns:
        the folder's fingerprint, to be stored with the scores.

    Raises:
        CourseError: the directory can't be written.
    """
    place = course.folder("autograded", student, assignment)
    new, old = (place.with_name(f".sidebyside-{which}-{place.name}") for which in ("new", "old"))
    try:
        for leftover in (new, old):
            if leftover.exists():
                shutil.rmtree(leftover)
        new.mkdir(parents=True)
        for name, content in files.items():
            _write(new, name, content, course.file_mode)
        if course.shared_with_group:
            _share(new, course.folder("autograded", ".", "."))
        if place.exists():
            place.rename(old)
        new.rename(place)
        if old.exists():
            shutil.rmtree(old)
    except OSError as error:
        raise CourseError(
            f"{place} can't be written ({error.strerror}: {error.filename}); give the account that "
            "grades the right to write there"
        ) from error
    return _fingerprint(files)


def fingerprint(course: Course, student: str, assignment: str) -> str | None:
    """The fingerprint of what is in a submission's folder now; None if it is not there."""
    place = course.folder("autograded", student, assignment)
    if not place.is_dir():
        return None
    files = {}
    for where, _, names in os.walk(place):
        for name in names:
            path = Path(where, name)
            try:
                files[path.relative_to(place).as_posix()] = path.read_bytes()
            except OSError:
                return None
    return _fingerprint(files)


def notebook_bytes(notebook: Mapping) -> bytes:
    """A notebook as Jupyter would save it."""
    return (JSONWriter().writes(notebook) + "\n").encode("utf-8", "replace")


def _fingerprint(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(content).digest())
    return digest.hexdigest()


def _write(folder: Path, name: str, content: bytes, mode: int) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise CourseError(f"refused to write {name!r}: it leads out of the submission's folder")
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "xb") as file:
        file.write(content)
        os.fchmod(file.fileno(), mode)


def _share(folder: Path, root: Path) -> None:
    """Write permission for the group, as nbgrader sets it with ``groupshared``."""
    for where in (str(root), str(folder.parent), *(where for where, _, _ in os.walk(folder))):
        mode = os.stat(where).st_mode
        if mode & 0o2770 != 0o2770:
            try:
                os.chmod(where, (mode | 0o2770) & 0o2777)
            except PermissionError:
                continue  # nbgrader too leaves what belongs to someone else
