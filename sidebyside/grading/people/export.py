"""``sidebyside export``: marks as CSV for Canvas, for Moodle, or plain.

Formats, read in the platforms' own source:

- Canvas, ``lib/gradebook_importer.rb`` and ``gradebook_exporter.rb`` (github.com/instructure/
  canvas-lms): the header begins ``Student, ID`` (or ``LastName, FirstName, ID``), then may come
  ``SIS User ID``, ``SIS Login ID``, ``Integration ID``, ``Root Account``, then ``Section``; an
  assignment's column is ``Title (id)``; a row whose first cell holds ``Points Possible`` gives the
  maxima, and columns with ``(read only)`` there are ignored. A student is found by ``ID``, else by
  the SIS columns, else by name. Scores have at most two decimals. See also "How do I import grades
  in the Gradebook?" in Canvas's Instructor Guide.
- Moodle, ``mod/assign/gradingtable.php`` and ``mod/assign/feedback/offline/importgradeslib.php``
  (github.com/moodle/moodle): the offline grading worksheet has ``Identifier`` ("Participant 123"),
  ``Full name``, perhaps ``ID number`` and ``Email address``, ``Status``, ``Grade``, ``Maximum
  Grade`` …, ``Last modified (grade)``, ``Feedback comments``. The importer needs ``Identifier``,
  ``Grade`` and ``Last modified (grade)`` unchanged, the separator is a comma, and feedback is HTML.
  Without a worksheet the file suits Grades → Import → CSV file, where columns are mapped by hand.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from sidebyside.errors import SideBySideError
from sidebyside.grading.people.feedback import reason_of
from sidebyside.grading.people.locations import add_course_options, course_of, graded
from sidebyside.grading.people.records import Record, Results
from sidebyside.grading.people.text import number, one_line, plural, without_control

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_HARMLESS = re.compile(r"-|[-+]?\d+(?:[.,]\d+)*%?")  # a number; Moodle's "-" for no date
COMMENTS = 4000  # characters of a feedback comment


class ExportError(SideBySideError):
    """Marks can't be exported as asked."""


@dataclass
class Export:
    """The file's text, and what its reader has to know."""

    text: str
    filled: int
    absent: list[str] = field(default_factory=list)  # on the roster, nothing handed in
    unknown: list[str] = field(default_factory=list)  # handed in, not on the roster
    warnings: list[str] = field(default_factory=list)


@dataclass
class Roster:
    """A CSV file of a platform: header, rows, and how it was written."""

    path: Path
    header: list[str]
    rows: list[list[str]]
    separator: str = ","
    mark: bool = False

    def column(self, *names: str) -> int | None:
        """The first column with one of these names, letter case aside."""
        wanted = [name.casefold() for name in names]
        plain = [cell.strip().casefold() for cell in self.header]
        return next((plain.index(name) for name in wanted if name in plain), None)

    def cell(self, row: Sequence[str], *names: str) -> str:
        found = self.column(*names)
        return row[found].strip() if found is not None and found < len(row) else ""


def read_roster(path: str | Path) -> Roster:
    """Read a CSV file that a platform exported (UTF-8, comma or semicolon).

    Raises:
        ExportError: it can't be read, or has no header.
    """
    path = Path(path)
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise ExportError(f"the roster {path} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ExportError(f"the roster {path} is not UTF-8; export it again as UTF-8") from error
    first = text.split("\n", 1)[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise ExportError(f"the roster {path} is no CSV file: {error}") from error
    if not rows or len(rows[0]) < 2:
        raise ExportError(f"the roster {path} has no header line with columns")
    width = len(rows[0])
    body = [row + [""] * (width - len(row)) for row in rows[1:] if any(c.strip() for c in row)]
    return Roster(path, rows[0], body, separator, raw.startswith(b"\xef\xbb\xbf"))


def safe_cell(value: object) -> str:
    """Text that no spreadsheet takes for a formula.

    A cell that begins with = + - @, a tab or a line break is run as a formula by spreadsheets; an
    apostrophe before it makes it text (OWASP, "CSV Injection"). Numbers stay numbers.
    """
    text = without_control(value, keep="\n\t")
    if text.lstrip(" \u00a0").startswith(_FORMULA) and not _HARMLESS.fullmatch(text.strip()):
        return "'" + text
    return text


def canvas(results: Results, roster: Roster | None = None, column: str | None = None) -> Export:
    """Canvas's gradebook import.

    Args:
        results: the graded assignment.
        roster: Canvas's own export (Grades → Export): its columns stay, the assignment's is filled.
        column: name of the assignment's column, where it is not the assignment's.

    Raises:
        ExportError: the roster is no Canvas export, or the column is ambiguous.
    """
    if roster is None:
        title = column or results.assignment
        header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title]
        rows = [["    Points Possible", "", "", "", "", number(results.points)]]
        for record in results.records:
            name = _last_first(record) or record.student
            id_ = record.lms_id if record.lms_id.isdigit() else ""
            rows.append([name, id_, "", record.student, "", number(record.score)])
        said = [
            "without --roster Canvas asks where this column belongs, and finds students by login"
        ]
        return Export(_csv(header, rows), len(results.records), warnings=said)
    if roster.column("ID") is None or roster.column("Student", "LastName") is None:
        raise ExportError(
            f"{roster.path} is no gradebook of Canvas (no columns 'Student' and 'ID'); "
            "export it in Canvas under Grades → Export"
        )
    index = _canvas_column(roster, column or results.assignment)
    export = Export("", 0)
    if index is None:
        index = len(roster.header)
        roster.header.append(column or results.assignment)
        for row in roster.rows:
            row.append("")
        export.warnings.append(
            f"{roster.path.name} has no column for {results.assignment!r}: one was added, and "
            "Canvas will ask where it belongs (--column names an existing one)"
        )
    students = []
    for row in roster.rows:
        if "Points Possible" in row[0]:
            _check_points(row[index], results.points, export, "Canvas")
            row[index] = row[index] or number(results.points)
        elif not _is_posting(row):
            students.append(row)
    names = ("SIS Login ID", "SIS User ID", "Integration ID")
    matched = _match(
        results,
        students,
        lambda row: [roster.cell(row, name) for name in names],
        lambda row: roster.cell(row, "ID"),
        lambda row: "" if "student, test" in row[0].lower() else row[0],
        export,
    )
    for row, record in matched:
        row[index] = number(record.score)
    export.text = _csv(roster.header, roster.rows, roster.separator, roster.mark)
    return export


def _is_posting(row: Sequence[str]) -> bool:
    """Canvas's row that says which columns are muted or posted by hand; no student."""
    return all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell, re.I) for cell in row)


def _canvas_column(roster: Roster, title: str) -> int | None:
    wanted = title.strip().casefold()
    exact = [n for n, cell in enumerate(roster.header) if cell.strip().casefold() == wanted]
    named = [
        n
        for n, cell in enumerate(roster.header)
        if re.sub(r"\s*\(\d+\)\s*$", "", cell).strip().casefold() == wanted
    ]
    found = exact or named
    if len(found) > 1:
        several = ", ".join(repr(one_line(roster.header[n], 60)) for n in found)
        raise ExportError(f"several columns are called {title!r}: {several}; name one by --column")
    return found[0] if found else None


def moodle(results: Results, worksheet: Roster | None = None, *, scale: bool = False) -> Export:
    """Moodle's offline grading worksheet, filled; without one, a file for its grade import.

    Args:
        results: the graded assignment.
        worksheet: as Moodle gives it (assignment → Download grading worksheet).
        scale: whether to convert points to the worksheet's maximum where that differs.

    Raises:
        ExportError: the file is no worksheet, or its maximum differs and ``scale`` is off.
    """
    if worksheet is None:
        header = ["Username", "ID number", "Email address", "First name", "Last name"]
        header += [results.assignment, "Feedback comments"]
        rows = [
            [r.student, "", r.email, *_names(r), number(r.score), comment(r)]
            for r in results.records
        ]
        said = ["without --roster: import it under Grades → Import → CSV file, and map the columns"]
        return Export(_csv(header, rows), len(results.records), warnings=said)
    grade = worksheet.column("Grade")
    if worksheet.column("Identifier") is None or grade is None:
        raise ExportError(
            f"{worksheet.path} is no grading worksheet of Moodle (no columns 'Identifier' and "
            "'Grade'); in the assignment choose Download grading worksheet"
        )
    export = Export("", 0)
    if worksheet.column("Last modified (grade)") is None:
        export.warnings.append(
            "the worksheet lacks 'Last modified (grade)', without which Moodle takes no upload"
        )
    said = worksheet.column("Feedback comments")
    if said is None:
        export.warnings.append(
            "the worksheet has no 'Feedback comments' (a feedback type of the assignment's "
            "settings in Moodle): only grades were filled in"
        )
    names = ("Username", "ID number", "Email address")
    matched = _match(
        results,
        worksheet.rows,
        lambda row: [worksheet.cell(row, name) for name in names],
        lambda row: _participant(worksheet.cell(row, "Identifier")),
        lambda row: worksheet.cell(row, "Full name"),
        export,
    )
    for row, record in matched:
        most = _maximum(worksheet.cell(row, "Maximum Grade"))
        factor = _factor(most, results, scale)
        row[grade] = number(record.score * factor)
        if said is not None:
            row[said] = comment(record)
        if worksheet.cell(row, "Grade can be changed").casefold() == "no":
            who = one_line(worksheet.cell(row, "Full name"), 60)
            export.warnings.append(f"Moodle will not change the grade of {who} (it is locked)")
    export.text = _csv(worksheet.header, worksheet.rows, worksheet.separator, worksheet.mark)
    return export


def _participant(identifier: str) -> str:
    """The number at the end of ``Participant 123``, whatever the language's word is."""
    found = re.search(r"(\d+)\s*$", identifier)
    return found[1] if found else ""


def _maximum(cell: str) -> float | None:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return None


def _factor(most: float | None, results: Results, scale: bool) -> float:
    if most is None or abs(most - results.points) < 1e-9 or not results.points:
        return 1.0
    if not scale:
        raise ExportError(
            f"the worksheet's maximum grade is {number(most)}, the assignment has "
            f"{number(results.points)} points; give --scale to convert, or set Moodle's maximum to "
            f"{number(results.points)}"
        )
    return most / results.points


def comment(record: Record) -> str:
    """The reasons for lost points, as HTML (Moodle's format of feedback comments)."""
    lines = [
        f"{escape(one_line(mark.cell, 80))}: {number(mark.score)} of {number(mark.points)}"
        + (f" – {escape(one_line(why, 200))}" if (why := reason_of(mark)) else "")
        for mark in record.marks
        if mark.lost > 1e-9 or mark.manual
    ]
    if record.penalty:
        lines.append(f"handed in late: −{number(record.penalty)}")
    text = ""
    for n, line in enumerate(lines):
        if len(text) + len(line) > COMMENTS:
            return text + f"<br>… and {len(lines) - n} more"
        text += ("<br>" if text else "") + line
    return text


def plain(results: Results) -> Export:
    """Points of each student, in all, by task and by test."""
    header = ["student", "first name", "last name", "email", "score", "maximum", "late penalty"]
    header += [f"{task.title} ({number(task.points)})" for task in results.tasks]
    cells = [key for task in results.tasks for key in task.cells]
    header += [*cells, "to be graded by hand", "notes"]
    rows = []
    for record in results.records:
        row: list[str] = [record.student, *_names(record), record.email, number(record.score, 4)]
        row += [number(results.points, 4), number(record.penalty, 4)]
        row += [number(results.task_score(record, task), 4) for task in results.tasks]
        marks = [record.mark(key) for key in cells]
        row += ["" if mark is None or mark.manual else number(mark.score, 4) for mark in marks]
        row += ["yes" if record.manual else "no", "; ".join(one_line(n) for n in record.notes)]
        rows.append(row)
    return Export(_csv(header, rows), len(rows))


def _names(record: Record) -> tuple[str, str]:
    return (record.first_name, record.last_name)


def _last_first(record: Record) -> str:
    first, last = _names(record)
    return f"{last}, {first}" if first and last else last or first


def _match(
    results: Results,
    rows: Sequence[list[str]],
    ids: Callable[[list[str]], list[str]],
    number_of: Callable[[list[str]], str],
    name_of: Callable[[list[str]], str],
    export: Export,
) -> list[tuple[list[str], Record]]:
    """Rows of a roster with their submissions; by id, then by what identifies nobody else."""
    matched: list[tuple[list[str], Record]] = []
    taken: dict[str, str] = {}
    by_id = _index(results.records, lambda r: [r.student])
    by_number = _index(results.records, lambda r: [r.lms_id])
    by_mail = _index(results.records, lambda r: [r.email])
    for row in rows:
        given = [value.casefold() for value in ids(row) if value]
        locals_ = [value.split("@")[0] for value in given if "@" in value]
        course = number_of(row)
        for index, keys in (
            (by_id, [*given, course]),
            (by_number, [course]),
            (by_mail, given),
            (by_id, locals_),
        ):
            found = next((index[key] for key in keys if key and index.get(key)), None)
            if found:
                break
        who = one_line(name_of(row), 60) or next(iter(given), "") or course
        if found is None:
            if name_of(row):
                export.absent.append(who)
        elif found.student in taken:
            raise ExportError(
                f"two rows of the roster fit the submission of {found.student!r}: "
                f"{taken[found.student]!r} and {who!r}; take one of them out"
            )
        else:
            taken[found.student] = who
            matched.append((row, found))
    export.filled = len(matched)
    export.unknown = [r.student for r in results.records if r.student not in taken]
    return matched


def _index(records: Sequence[Record], keys: Callable[[Record], list[str]]) -> Mapping[str, Record]:
    """Records by key; a key that several share leads to none."""
    found: dict[str, Record | None] = {}
    for record in records:
        for key in keys(record):
            key = key.strip().casefold()
            if key:
                found[key] = None if key in found else record
    return {key: record for key, record in found.items() if record is not None}


def _check_points(cell: str, points: float, export: Export, platform: str) -> None:
    try:
        there = float(cell.replace(",", "."))
    except ValueError:
        if "read only" in cell.casefold():
            raise ExportError(
                "that column is read-only in Canvas; name another by --column"
            ) from None
        return
    if abs(there - points) > 1e-9:
        export.warnings.append(
            f"{platform} has {number(there)} points possible, the assignment {number(points)}: "
            "the marks were not converted"
        )


def _csv(
    header: Sequence[str], rows: Sequence[Sequence[str]], separator: str = ",", mark: bool = False
) -> str:
    """CSV with every cell made safe; a byte order mark if ``mark``."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=separator, lineterminator="\r\n")
    for row in (header, *rows):
        writer.writerow([safe_cell(cell) for cell in row])
    return ("\ufeff" if mark else "") + buffer.getvalue()


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """``sidebyside export``."""
    parser = subparsers.add_parser(
        "export",
        help="marks as CSV for Canvas, Moodle, or a spreadsheet",
        description="Writes the marks of an assignment as CSV. With the file that the platform "
        "exported (--roster) the right rows are filled and everything else is kept.",
    )
    parser.add_argument("assignment")
    parser.add_argument("--to", choices=("canvas", "moodle", "csv"), default="csv")
    parser.add_argument("--output", metavar="FILE", help="default: ASSIGNMENT-FORMAT.csv; - prints")
    parser.add_argument(
        "--roster", metavar="FILE", help="Canvas: exported gradebook; Moodle: grading worksheet"
    )
    parser.add_argument("--column", help="Canvas: the assignment's column, if named otherwise")
    parser.add_argument(
        "--scale", action="store_true", help="Moodle: convert points to the worksheet's maximum"
    )
    add_course_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    course = course_of(options)
    results = graded(course, options.assignment)
    if not results.records:
        raise ExportError(f"no submission to {options.assignment!r} has been graded")
    roster = read_roster(options.roster) if options.roster else None
    if options.to == "canvas":
        export = canvas(results, roster, options.column)
    elif options.to == "moodle":
        export = moodle(results, roster, scale=options.scale)
    else:
        export = plain(results)
    if options.output == "-":
        sys.stdout.write(export.text)
    else:
        name = re.sub(r"[^\w.-]", "-", options.assignment)
        path = Path(options.output or f"{name}-{options.to}.csv")
        path.write_text(export.text, encoding="utf-8", newline="")
        print(f"{plural(export.filled, 'mark')} in {path}")
    waiting = [record.student for record in results.records if record.manual]
    _tell(export.warnings, "")
    _tell(waiting, "still to be graded by hand, exported as they stand")
    _tell(export.absent, "on the roster, with no submission: left as they were")
    _tell(export.unknown, "with a submission, but not on the roster: not exported")
    return 0


def _tell(names: Sequence[str], what: str) -> None:
    if names and not what:
        for line in names:
            print(f"note: {one_line(line, 300)}", file=sys.stderr)
    elif names:
        shown = ", ".join(one_line(name, 60) for name in names[:20])
        more = f" and {len(names) - 20} more" if len(names) > 20 else ""
        print(f"{len(names)} {what}: {shown}{more}", file=sys.stderr)
