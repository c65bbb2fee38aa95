"""``sidebyside collect``: the zip files of Canvas and Moodle become ``submitted/``.

nbgrader's ``zip_collect`` moves the files; what it lacks is a reader of those archives that trusts
nothing in them. An extractor plugin (``SafeExtractor``) unpacks, finds out whose each file is and
which is the newest, and a collector plugin (``PlannedCollector``) tells ``zip_collect`` so.

How the platforms name what they pack, read in their source:

- Canvas (``lib/content_zipper.rb``): ``NAME[_LATE]_USERID_FILEID_FILENAME``, where NAME is the
  sortable name in small letters without anything but letters and digits, or the same with
  ``anon_CODE`` for NAME and USERID in anonymous assignments. Text entries end in ``_text.html``. A
  second file of the same name gets ``-1``, ``-2`` before its ending; a later upload has a higher
  FILEID.
- Moodle (``mod/assign/classes/downloader.php``): ``NAME_NUMBER_assignsubmission_file/FILENAME``
  (older: ``…_file_/FILENAME``), or without folders ``NAME_NUMBER_assignsubmission_file_FILENAME``.
  NUMBER is that of "Participant NUMBER" in the grading worksheet.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import logging
import os
import re
import shutil
import stat
import sys
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from nbgrader.apps import ZipCollectApp
from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from traitlets import Any as AnyTrait

from sidebyside.errors import SideBySideError
from sidebyside.grading.course.directory import Course
from sidebyside.grading.course.gradebook import open_gradebook
from sidebyside.grading.people.export import Roster, read_roster
from sidebyside.grading.people.locations import add_course_options, course_of, instructors
from sidebyside.grading.people.text import one_line, plural, size, without_control

MEBIBYTE = 2**20
LARGEST_FILE = 100 * MEBIBYTE
LARGEST_TOTAL = 4096 * MEBIBYTE
LARGEST_RATIO = 200  # unpacked over packed, for files above a MiB
MOST_FILES = 50_000

_CANVAS = re.compile(
    r"(?P<name>.*?)(?P<late>_LATE)?_(?P<id>\d+)_(?P<file>\d+)_(?P<rest>.+)",
    re.S,
)
_CANVAS_ANON = re.compile(r"(?P<late>LATE_)?(?P<id>anon_\w+?)_(?P<file>\d+)_(?P<rest>.+)", re.S)
_MOODLE = re.compile(
    r"(?P<name>[^/]*?)_(?P<id>\d+)_assignsubmission_(?P<plugin>[a-z]+)(?:_?/|_)(?P<rest>.*)", re.S
)
_COPY = re.compile(r"(?:[-_ ]?\(\d+\)|-\d{1,3}|-copy\d*|[ _]copy[ _]?\d*)$", re.I)
_VERSION = re.compile(r"(?:-|\()(\d{1,3})\)?$")


class CollectError(SideBySideError):
    """An archive can't be collected."""


@dataclass(frozen=True)
class Found:
    """A notebook in the archive.

    Attributes:
        owner: the platform's number of the student.
        name: the student's name as the platform wrote it (Canvas: squeezed).
        file: as the student called it. ``path``: where it was unpacked.
        order: what is newer is greater.
        moment: the archive's time of the file; None if it has none.
        late: whether Canvas says so.
    """

    owner: str
    name: str
    file: str
    path: Path
    order: tuple
    moment: datetime.datetime | None = None
    late: bool = False


@dataclass
class Collected:
    """What became of an archive: ``taken`` (student → notebooks) and everything to be told."""

    taken: dict[str, list[str]] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # students who have a submission already
    notes: list[str] = field(default_factory=list)


class SafeArchive:
    """Unpacks zip files member by member into names of our own.

    Nothing in the archive decides where a file goes, links are not followed or made, and sizes are
    counted as the bytes arrive: what an archive says about its sizes may be a lie.

    Args:
        into: an empty directory.
        notes: where what is left out is told.
    """

    def __init__(self, into: Path, notes: list[str]) -> None:
        self.into = into
        self.notes = notes
        self.names: list[str] = []
        self.count = 0
        self.total = 0

    def read(self, path: Path) -> list[tuple[str, zipfile.ZipInfo, Path]]:
        """(name in the archive, its entry, where it was unpacked) of every plain file.

        Raises:
            CollectError: it is no zip file, or far too large.
        """
        try:
            with zipfile.ZipFile(path) as archive:
                entries = archive.infolist()
                self.names += [entry.filename for entry in entries]
                if len(entries) > MOST_FILES:
                    raise CollectError(f"{path.name} holds more than {MOST_FILES:,} files")
                return [
                    (name, entry, where)
                    for entry in entries
                    if (name := self._name(entry)) and (where := self._unpack(archive, entry, name))
                ]
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
            raise CollectError(f"{path.name} is no zip file that can be read: {error}") from error

    def _name(self, entry: zipfile.ZipInfo) -> str:
        """The member's name, or nothing if it is not to be unpacked."""
        name = unicodedata.normalize("NFC", entry.filename.replace("\\", "/"))
        shown = one_line(name, 120)
        parts = PurePosixPath(name).parts
        hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
        if entry.is_dir() or name.endswith("/"):
            return ""
        if ".." in parts or name.startswith("/") or re.match(r"[A-Za-z]:", name) or "\0" in name:
            self.notes.append(f"left out {shown!r}: its path leads out of the archive")
        elif stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
            self.notes.append(f"left out {shown!r}: a link or special file")
        elif entry.flag_bits & 1:
            self.notes.append(f"left out {shown!r}: encrypted")
        elif not hidden:
            return name
        return ""

    def _unpack(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Path | None:
        self.count += 1
        if self.count > MOST_FILES:
            raise CollectError(f"more than {MOST_FILES:,} files, those in archives included")
        target = self.into / f"{self.count:06d}"
        limit = LARGEST_FILE
        if entry.compress_size:
            limit = min(limit, max(MEBIBYTE, LARGEST_RATIO * entry.compress_size))
        written = 0
        why = ""
        try:
            with archive.open(entry) as source, target.open("xb") as file:
                while block := source.read(MEBIBYTE):
                    written += len(block)
                    if written > limit:
                        why = f"it unpacks to more than {size(limit)}"
                        break
                    file.write(block)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            why = f"it is damaged ({error})"
        self.total += written
        if self.total > LARGEST_TOTAL:
            raise CollectError(f"the archive unpacks to more than {size(LARGEST_TOTAL)}")
        if why:
            target.unlink(missing_ok=True)
            self.notes.append(f"left out {one_line(name, 120)!r}: {one_line(why)}")
            return None
        return target


def platform_of(names: Iterable[str]) -> str | None:
    """``"canvas"`` or ``"moodle"``, by the names in an archive."""
    for name in names:
        if _MOODLE.fullmatch(name):
            return "moodle"
        if _canvas_parts(name):
            return "canvas"
    return None


def _canvas_parts(name: str) -> Mapping[str, str | None] | None:
    last = PurePosixPath(name).name
    for pattern in (_CANVAS_ANON, _CANVAS):
        if found := pattern.fullmatch(last):
            return found.groupdict()
    return None


def find_notebooks(archive: Path, platform: str, into: Path, notes: list[str]) -> list[Found]:
    """Every notebook in an archive, those in zip files that students handed in included.

    Raises:
        CollectError: the archive can't be read, or is none of this platform.
    """
    safe = SafeArchive(into, notes)
    members = safe.read(archive)
    known = platform_of(safe.names)
    if platform == "auto":
        if known is None:
            raise CollectError(
                f"{archive.name} looks neither like Canvas's submissions.zip nor like Moodle's; "
                "if it is one of them, say which by --from"
            )
        platform = known
    found: list[Found] = []
    for name, entry, path in members:
        parts = _MOODLE.fullmatch(name) if platform == "moodle" else _canvas_parts(name)
        if parts is None:
            notes.append(f"left out {one_line(name, 120)!r}: not named as {platform} names files")
            continue
        owner = str(parts["id"])
        inside = str(parts["rest"])
        upload = 0 if platform == "moodle" else int(parts["file"] or 0)
        title = one_line(parts["name"] if platform == "moodle" else parts.get("name") or "", 100)
        base = Found(
            owner,
            title,
            inside,
            path,
            (),
            _moment(entry),
            platform == "canvas" and bool(parts["late"]),
        )
        if inside.lower().endswith(".zip"):
            found += _nested(safe, base, upload, notes)
        elif inside.lower().endswith(".ipynb"):
            found.append(_ordered(base, upload))
        else:
            notes.append(f"left out {one_line(name, 120)!r}: no notebook")
    return found


def _nested(safe: SafeArchive, base: Found, upload: int, notes: list[str]) -> list[Found]:
    """Notebooks of a zip file that a student handed in; archives inside of that are not opened."""
    try:
        members = safe.read(base.path)
    except CollectError as error:
        if "more than" in str(error):
            raise
        notes.append(f"left out {one_line(base.file, 100)!r} of {base.owner}: {error}")
        return []
    found = []
    for name, _, path in members:
        if name.lower().endswith(".ipynb"):
            found.append(_ordered(replace(base, file=name, path=path), upload))
    if not found:
        notes.append(f"left out {one_line(base.file, 100)!r} of {base.owner}: no notebook inside")
    return found


def _ordered(found: Found, upload: int) -> Found:
    """Newest last: by Canvas's upload number, else by time, else by the ``-1``, ``-2`` added."""
    moment = found.moment.timestamp() if found.moment else 0.0
    version = _VERSION.search(PurePosixPath(found.file).stem)
    depth = -len(PurePosixPath(found.file).parts)
    order = (upload, moment, int(version[1]) if version else 0, depth, found.file)
    return replace(found, order=order)


def _moment(entry: zipfile.ZipInfo) -> datetime.datetime | None:
    """The time in the archive (local, to two seconds); None where the packer wrote none."""
    if entry.date_time[:3] == (1980, 1, 1):
        return None
    try:
        return datetime.datetime(*entry.date_time).astimezone(datetime.UTC)
    except ValueError:
        return None


def expected_name(found: Found, wanted: Mapping[str, set[str]]) -> tuple[str, str]:
    """Which notebook of the assignment a file is.

    By its name; by its name without what browsers and platforms add; by the ``grade_id`` of its
    cells; and if the assignment has one notebook, that one.

    Args:
        found: a file.
        wanted: the assignment's notebooks, each with its ``grade_id``\\ s.

    Returns:
        the name (empty if it is none of them), and how it was told if not by its name.
    """
    stem = PurePosixPath(found.file).name
    stem = stem[: -len(".ipynb")]
    if stem in wanted:
        return stem, ""
    plain = {_plain_name(name): name for name in wanted}
    shorter = stem
    while True:
        if (name := plain.get(_plain_name(shorter))) is not None:
            return name, "by its name, nearly"
        cut = _COPY.sub("", shorter)
        if cut == shorter or not cut:
            break
        shorter = cut
    ids = _grade_ids(found.path)
    best = max(wanted, key=lambda name: len(ids & wanted[name]), default=None)
    if best is not None and len(ids & wanted[best]) * 2 > max(1, len(wanted[best])):
        return best, "by its cells"
    if len(wanted) == 1 and not ids:
        return next(iter(wanted)), "as the assignment's only notebook"
    return "", ""


def _plain_name(name: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).casefold()


def _grade_ids(path: Path) -> set[str]:
    """nbgrader's names of the cells of a notebook; none if it can't be read."""
    try:
        if path.stat().st_size > 64 * MEBIBYTE:
            return set()
        cells = json.loads(path.read_bytes())["cells"]
        metas = [cell["metadata"].get("nbgrader", {}) for cell in cells]
        return {str(meta["grade_id"]) for meta in metas if "grade_id" in meta}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return set()


@dataclass(frozen=True)
class Student:
    """Who a platform's number is: nbgrader's ``id`` and what else the roster says."""

    id: str
    lms_id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""


def students_of(roster: Roster | None, by: str | None = None) -> dict[str, Student]:
    """Students by the platform's number, from Canvas's gradebook or Moodle's worksheet.

    Args:
        roster: the CSV file.
        by: the column that becomes nbgrader's student id. Default: the first that is there of SIS
            Login ID, Username, ID number, SIS User ID, Email address, and is filled.

    Raises:
        CollectError: it is neither, the column is not there, or two students get the same id.
    """
    if roster is None:
        return {}
    usual = ("SIS Login ID", "Username", "ID number", "SIS User ID", "Email address")
    if by and roster.column(by) is None:
        names = ", ".join(repr(one_line(name, 40)) for name in roster.header[:12])
        raise CollectError(f"{roster.path.name} has no column {by!r}; it has {names}")
    found: dict[str, Student] = {}
    ids: dict[str, str] = {}
    for row in roster.rows:
        identifier = re.search(r"(\d+)\s*$", roster.cell(row, "Identifier"))
        key = identifier[1] if identifier else roster.cell(row, "ID")
        if not key.isdigit():
            continue
        columns = (by,) if by else usual
        name = next((value for c in columns if (value := roster.cell(row, c))), key)
        student = safe_id(name)
        if student.casefold() in ids:
            raise CollectError(
                f"{roster.path.name}: {ids[student.casefold()]!r} and {name!r} would both be the "
                f"student {student!r}; choose another column by --id"
            )
        ids[student.casefold()] = name
        first, last = _split(roster, row)
        email = roster.cell(row, "Email address", "Email")
        found[key] = Student(student, key, first, last, email)
    if not found:
        raise CollectError(
            f"{roster.path.name} is neither a gradebook exported by Canvas (column 'ID') nor a "
            "grading worksheet of Moodle (column 'Identifier')"
        )
    return found


def _split(roster: Roster, row: Sequence[str]) -> tuple[str, str]:
    """First and last name; Canvas writes "Last, First", Moodle the full name."""
    full = roster.cell(row, "Student", "Full name")
    if not full:
        return (
            one_line(roster.cell(row, "FirstName", "First name"), 100),
            one_line(roster.cell(row, "LastName", "Last name"), 100),
        )
    last, comma, first = full.partition(",")
    if not comma:
        first, _, last = full.rpartition(" ")
    return one_line(first, 100), one_line(last, 100)


def safe_id(name: str) -> str:
    """A name as a folder and as nbgrader's student id: no path, no pattern, at most 100 long."""
    plain = unicodedata.normalize("NFC", without_control(name, keep="")).strip()
    plain = re.sub(r"[^\w.@-]+", "-", plain)[:100].strip(".-")
    return plain or "unnamed"


class SafeExtractor(ExtractorPlugin):
    """Lays out what was found: ``extracted/STUDENT/NOTEBOOK.ipynb``."""

    plan = AnyTrait({})  # (student, notebook) → Found

    def extract(self, archive_path: str, extracted_path: str) -> None:
        for (student, notebook), found in self.parent.plan.items():
            target = Path(extracted_path) / student / f"{notebook}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(found.path, target)


class PlannedCollector(FileNameCollectorPlugin):
    """Tells ``zip_collect`` whose each extracted file is; on request, when it was made."""

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        path = Path(submitted_file)
        found = self.parent.plan.get((path.parent.name, path.stem))
        if found is None:
            return None
        about = {"student_id": path.parent.name, "file_id": path.stem}
        if self.parent.timestamps and found.moment is not None:
            about["timestamp"] = f"{found.moment:%Y-%m-%d %H:%M:%S} UTC"
        return about


class _Collect(ZipCollectApp):
    """nbgrader's command with our two plugins, told what to do by attributes."""

    plan = AnyTrait({})
    timestamps = AnyTrait(False)

    def fail(self, message: str, *arguments: object) -> None:
        raise CollectError(one_line(message % arguments if arguments else message, 400))


def collect(
    course: Course,
    assignment: str,
    archive: Path,
    *,
    platform: str = "auto",
    roster: Roster | None = None,
    by: str | None = None,
    timestamps: bool = False,
    force: bool = False,
) -> Collected:
    """Take an archive of a learning platform into ``submitted/``.

    Args:
        course: the course. assignment: its name. archive: the zip file.
        platform: ``"canvas"``, ``"moodle"`` or ``"auto"``.
        roster: maps the platform's numbers to students, who are entered in the gradebook.
        by: the roster's column for the student's id.
        timestamps: whether to write ``timestamp.txt`` from the archive's times (which are those of
            the packing, where the platform keeps no other), for nbgrader's late penalties.
        force: replace submissions that are there and differ.

    Raises:
        CollectError: the archive, the roster or the assignment is not as it must be.
    """
    if not Path(archive).is_file():
        raise CollectError(f"there is no archive {archive}")
    notebooks = instructors(course, assignment)
    if not notebooks:
        raise CollectError(
            f"the course {course.root} has no assignment {assignment!r} (no notebook under source/ "
            "or release/), so the names of its notebooks are not known"
        )
    wanted = {name: _grade_ids(path) for name, path in notebooks.items()}
    known = students_of(roster, by)
    done = Collected()
    with tempfile.TemporaryDirectory(prefix="sidebyside-collect-") as folder:
        unpacked = Path(folder) / "unpacked"
        unpacked.mkdir()
        found = find_notebooks(Path(archive), platform, unpacked, done.notes)
        plan, owners = _plan(found, wanted, known, bool(roster), done)
        plan = _without_kept(course, assignment, plan, force, done)
        if plan:
            _zip_collect(course, assignment, plan, Path(folder), timestamps)
        for student, notebook in plan:
            done.taken.setdefault(student, []).append(notebook)
    entered = [known[o] for o, student in owners.items() if o in known and student in done.taken]
    _enter(course, entered)
    return done


def _plan(
    found: Sequence[Found],
    wanted: Mapping[str, set[str]],
    known: Mapping[str, Student],
    has_roster: bool,
    done: Collected,
) -> tuple[dict[tuple[str, str], Found], dict[str, str]]:
    """The newest file for each student's each notebook, and nbgrader's id of each owner."""
    plan: dict[tuple[str, str], Found] = {}
    exact: dict[tuple[str, str], bool] = {}
    owners: dict[str, str] = {}
    strangers: dict[str, str] = {}
    for file in sorted(found, key=lambda f: f.order):
        shown = one_line(file.file, 100)
        if file.owner in known:
            student = known[file.owner].id
        else:
            student = safe_id(file.owner)
            if has_roster:
                strangers[student] = file.name
        owners[file.owner] = student
        name, how = expected_name(file, wanted)
        if not name:
            names = ", ".join(f"{n}.ipynb" for n in wanted)
            done.notes.append(f"left out {shown!r} of {student}: it is not {names}")
            continue
        key = (student, name)
        sure = how in ("", "by its name, nearly", "by its cells")
        if key in plan:
            if exact[key] and not sure:
                done.notes.append(f"left out {shown!r} of {student}: another file is {name}.ipynb")
                continue
            done.notes.append(
                f"{student} handed in {name}.ipynb more than once: took {shown!r}, the newest"
            )
        if how and how != "by its name, nearly":
            done.notes.append(f"took {shown!r} of {student} for {name}.ipynb, {how}")
        plan[key], exact[key] = file, sure
    for student, name in strangers.items():
        done.notes.append(
            f"{student} ({name or 'no name'}) is not on the roster: kept under its number"
        )
    done.late = sorted({student for (student, _), file in plan.items() if file.late})
    return plan, owners


def _without_kept(
    course: Course,
    assignment: str,
    plan: Mapping[tuple[str, str], Found],
    force: bool,
    done: Collected,
) -> dict[tuple[str, str], Found]:
    """Without the students whose submission is there: the same, or different and not forced."""
    kept = set()
    for student in {student for student, _ in plan}:
        folder = course.folder("submitted", student, assignment)
        if not folder.is_dir() or not any(folder.iterdir()):
            continue
        files = {name: f.path for (s, name), f in plan.items() if s == student}
        same = all(_same(folder / f"{name}.ipynb", path) for name, path in files.items())
        if same or not force:
            kept.add(student)
            if not same:
                done.kept.append(student)
    done.kept.sort()
    return {key: found for key, found in plan.items() if key[0] not in kept}


def _same(one: Path, other: Path) -> bool:
    try:
        return not one.is_symlink() and one.read_bytes() == other.read_bytes()
    except OSError:
        return False


def _zip_collect(
    course: Course,
    assignment: str,
    plan: Mapping[tuple[str, str], Found],
    folder: Path,
    timestamps: bool,
) -> None:
    """Let nbgrader's ``zip_collect`` move the files, from a directory of ours."""
    downloaded = folder / "downloaded"
    (downloaded / assignment / "archive").mkdir(parents=True)
    app = _Collect(log_level=logging.ERROR)
    app.coursedir = course.directory
    before = course.directory.assignment_id
    course.directory.assignment_id = assignment
    app.plan, app.timestamps = plan, timestamps
    app.force = True  # what may not be replaced is not in the plan
    app.collect_directory_structure = str(downloaded / "{assignment_id}" / "{collect_step}")
    app.extractor_plugin, app.collector_plugin = SafeExtractor, PlannedCollector
    here = os.getcwd()
    try:
        os.chdir(course.root)
        app.init_plugins()
        app.extractor_plugin_inst.force = True
        app.extract_archive_files()
        app.process_extracted_files()
    finally:
        os.chdir(here)
        course.directory.assignment_id = before


def _enter(course: Course, students: Sequence[Student]) -> None:
    """Names, addresses and the platform's numbers into the gradebook, where it has none yet."""
    if not students:
        return
    with open_gradebook(course) as gradebook:
        for student in students:
            about = {
                "first_name": student.first_name,
                "last_name": student.last_name,
                "email": student.email,
                "lms_user_id": student.lms_id,
            }
            gradebook.update_or_create_student(
                student.id, **{key: value for key, value in about.items() if value}
            )


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """``sidebyside collect``."""
    parser = subparsers.add_parser(
        "collect",
        help="take a zip file of Canvas or Moodle into submitted/",
        description="Unpacks the submissions that Canvas (Download Submissions) or Moodle "
        "(Download all submissions) give, into submitted/STUDENT/ASSIGNMENT/.",
    )
    parser.add_argument("assignment")
    parser.add_argument("archive", type=Path, metavar="ARCHIVE.zip")
    parser.add_argument(
        "--from", dest="platform", choices=("auto", "canvas", "moodle"), default="auto"
    )
    parser.add_argument(
        "--roster",
        metavar="FILE",
        help="CSV that says who is who: Canvas's exported gradebook, Moodle's grading worksheet",
    )
    parser.add_argument("--id", metavar="COLUMN", help="the roster's column for the student id")
    parser.add_argument(
        "--timestamps", action="store_true", help="write timestamp.txt from the archive's times"
    )
    parser.add_argument("--force", action="store_true", help="replace submissions that differ")
    add_course_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    course = course_of(options)
    roster = read_roster(options.roster) if options.roster else None
    with contextlib.redirect_stdout(sys.stderr):
        done = collect(
            course,
            options.assignment,
            options.archive,
            platform=options.platform,
            roster=roster,
            by=options.id,
            timestamps=options.timestamps,
            force=options.force,
        )
    folder = course.folder("submitted", "STUDENT", options.assignment)
    print(f"{plural(len(done.taken), 'submission')} in {folder}")
    if done.late:
        print(f"{len(done.late)} of them late: {', '.join(done.late)}")
    for note in done.notes:
        print(f"note: {one_line(note, 300)}", file=sys.stderr)
    if done.kept:
        names = ", ".join(done.kept)
        print(
            f"{plural(len(done.kept), 'submission')} differ from what is in submitted/ and were "
            f"left alone (--force replaces): {names}",
            file=sys.stderr,
        )
    return 0
