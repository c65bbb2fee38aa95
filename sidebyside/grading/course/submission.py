"""Read what a student handed in, as data: nothing there is followed, run, or believed.

Only regular files inside the folder are read, each opened without following links, within limits of
number and size. What is left out is said in words.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from sidebyside.grading.contract import MEBIBYTE
from sidebyside.grading.course.directory import Course

DEEPEST = 16  # folders within folders
LONGEST_PATH = 500  # characters
MOST_NOTES = 40
TIMESTAMP = "timestamp.txt"


class Unreadable(Exception):
    """A notebook that can't be graded. ``str(error)`` is the reason, for the student."""


@dataclass(frozen=True)
class Folder:
    """The content of a submission.

    Attributes:
        notebooks: relative path → the file's bytes, or why it could not be read.
        files: everything else, relative path → content.
        notes: what was left out, for the student.
        timestamp: when it was handed in, UTC without zone, from ``timestamp.txt``.
        digest: of all this.
    """

    notebooks: Mapping[str, bytes | Unreadable]
    files: Mapping[str, bytes]
    notes: tuple[str, ...]
    timestamp: datetime | None
    digest: str


def read_folder(course: Course, path: Path) -> Folder:
    """Read a submission's folder.

    Raises:
        Unreadable: it is no folder.
        OSError: something in it can't be read, by no fault of the student.
    """
    settings = course.settings
    notebooks: dict[str, bytes | Unreadable] = {}
    files: dict[str, bytes] = {}
    notes: list[str] = []
    beyond: list[str] = []
    room = int(settings.files_size * MEBIBYTE)
    for relative, opened in _walk(course, path, notes):
        if relative.endswith(".ipynb"):
            notebooks[relative] = _notebook(opened, int(settings.notebook_size * MEBIBYTE))
            continue
        if isinstance(opened, Unreadable):
            notes.append(f"The file {shown(relative)} was left out: it {opened}.")
            continue
        size = os.fstat(opened).st_size
        if len(files) >= settings.files_number or size > room:
            beyond.append(relative)
            continue
        files[relative] = content = _content(opened, size)
        room -= len(content)
    if beyond:
        limit = f"{settings.files_size:g} MiB and {settings.files_number} files"
        more = f" and {len(beyond) - 1} more" if len(beyond) > 1 else ""
        notes.append(f"More than {limit} handed in: {shown(beyond[0])}{more} left out.")
    timestamp = None
    if TIMESTAMP in files:
        timestamp = _timestamp(files[TIMESTAMP], notes)
    digest = hashlib.sha256()
    for name, content in sorted([*notebooks.items(), *files.items()]):
        data = str(content).encode() if isinstance(content, Unreadable) else content
        digest.update(json.dumps(name).encode() + hashlib.sha256(data).digest())
    digest.update(json.dumps(notes).encode())
    return Folder(notebooks, files, few(notes), timestamp, digest.hexdigest())


def few(notes: list[str]) -> tuple[str, ...]:
    """The notes without repetition, not more than a person would read."""
    unique = tuple(dict.fromkeys(notes))
    if len(unique) <= MOST_NOTES:
        return unique
    return (*unique[:MOST_NOTES], f"There are {len(unique) - MOST_NOTES} more notes like these.")


def shown(text: str, longest: int = 80) -> str:
    """A name that a student chose, safe to print, to put into Markdown, and to read."""
    kept = "".join(
        c if c.isprintable() and c not in "`<>&" else "\N{REPLACEMENT CHARACTER}" for c in text
    )
    return f"`{kept if len(kept) <= longest else kept[:longest] + '…'}`"


def _walk(course: Course, top: Path, notes: list[str]) -> Iterator[tuple[str, int | Unreadable]]:
    """Every file below ``top`` that nbgrader would not ignore: relative path, open descriptor."""
    if not stat.S_ISDIR(os.lstat(top).st_mode):
        raise Unreadable("what was handed in is a link or a file, not a folder")
    root = os.open(top, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    most = 20 * course.settings.files_number
    try:
        for where, folders, names, descriptor in os.fwalk(".", dir_fd=root, onerror=_fail):
            folders.sort()
            inside = os.path.normpath(where)
            depth = 0 if inside == "." else inside.count("/") + 1
            for one in list(folders):
                relative = os.path.normpath(os.path.join(where, one))
                if course.ignored(one):
                    folders.remove(one)
                elif os.stat(one, dir_fd=descriptor, follow_symlinks=False).st_mode & 0o170000 == (
                    stat.S_IFLNK
                ):
                    folders.remove(one)
                    if one.endswith(".ipynb"):
                        yield relative, Unreadable("is a symbolic link")
                    else:
                        notes.append(f"The folder {shown(relative)} was left out: it is a link.")
                elif not _plain(relative) or depth >= DEEPEST:
                    folders.remove(one)
                    notes.append(f"The folder {shown(relative)} was left out: its name or depth.")
            for one in sorted(names):
                if course.ignored(one):
                    continue
                most -= 1
                if most < 0:
                    notes.append("There are too many files; the rest was left out.")
                    return
                relative = os.path.normpath(os.path.join(where, one))
                if not _plain(relative):
                    notes.append(f"The file {shown(relative)} was left out: its name.")
                    continue
                yield from _opened(one, relative, descriptor)
    finally:
        os.close(root)


def _fail(error: OSError) -> None:
    raise error


def _plain(relative: str) -> bool:
    """Whether a path within a submission can be carried anywhere: short, printable, UTF-8."""
    return len(relative) <= LONGEST_PATH and relative.isprintable() and "\\" not in relative


def _opened(name: str, relative: str, folder: int) -> Iterator[tuple[str, int | Unreadable]]:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    try:
        descriptor = os.open(name, flags, dir_fd=folder)
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.ENXIO):  # a link, a socket
            raise
        what = "is a symbolic link" if error.errno == errno.ELOOP else "is not a regular file"
        yield relative, Unreadable(what)
        return
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            yield relative, descriptor
        else:
            yield relative, Unreadable("is not a regular file")
    finally:
        os.close(descriptor)


def _content(descriptor: int, size: int) -> bytes:
    """At most ``size`` bytes of an open file."""
    parts, left = [], size
    while left > 0 and (part := os.read(descriptor, min(left, MEBIBYTE))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _notebook(opened: int | Unreadable, largest: int) -> bytes | Unreadable:
    if isinstance(opened, Unreadable):
        return opened
    size = os.fstat(opened).st_size
    if size > largest:
        return Unreadable(
            f"is {size / MEBIBYTE:.0f} MiB large, and at most {largest / MEBIBYTE:.0f} MiB are "
            "read; clear its outputs, or take data out of it"
        )
    return _content(opened, size)


def _timestamp(content: bytes, notes: list[str]) -> datetime | None:
    text = content[:200].decode("utf-8", "replace").strip()
    if not text:
        return None
    try:
        return parse_utc(text)
    except Exception:  # whatever dateutil makes of it
        notes.append(f"The time in {TIMESTAMP} can't be read ({shown(text, 40)}); it was ignored.")
        return None
