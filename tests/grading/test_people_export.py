"""Marks as CSV: for Canvas, for Moodle, plain. The samples have the platforms' own layout."""

import argparse
import csv
import dataclasses
import io

import pytest

from sidebyside.grading.people import export
from sidebyside.grading.people.export import (
    ExportError,
    canvas,
    comment,
    moodle,
    plain,
    read_roster,
    safe_cell,
)

from .people_class import ASSIGNMENT, hostile, make_class, outcome, results_of

# As Canvas exports it: two header rows above the students, a test student at the end.
CANVAS = '''Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (4410),attention (4411),Assignments Current Score,Final Score
,,,,,Manual Posting,,,
    Points Possible,,,,,5.00,21.00,(read only),(read only)
"Lovelace, Ada",101,S-001,ada,CS 1 and CS 2,4.50,,90.0,90.0
"Bohr, Niels",102,S-002,niels@example.edu,CS 1,,3,,
"Curie, ""Marie""",103,S-003,marie,CS 1,,,,
"Student, Test",900,,abc123,CS 1,,,,
'''  # noqa: E501
MOODLE = """Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed","Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 501","Ada Lovelace",ada@example.edu,"Submitted for grading - ",,21.00,Yes,"Monday, 2 March 2026, 9:30 AM",-,
"Participant 502","Niels Bohr",niels@example.edu,"Submitted for grading - ",,21.00,Yes,"Monday, 2 March 2026, 9:31 AM",-,
"Participant 503","Marie Curie",marie@example.edu,"No submission - ",,21.00,Yes,-,-,
"""  # noqa: E501


def class_of(*students, **changes):
    results = results_of([outcome(name, 0.3) for name, _ in students])
    records = tuple(
        dataclasses.replace(record, **{"email": f"{record.student}@example.edu", **given})
        for record, (_, given) in zip(results.records, students, strict=True)
    )
    return dataclasses.replace(results, records=records, **changes)


def rows_of(text):
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.fixture
def roster(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "roster.csv"
        path.write_text(text, encoding=encoding)
        return read_roster(path)

    return write


def test_canvas_fills_its_own_export(roster):
    results = class_of(("ada", {}), ("niels", {}), ("zoe", {}))
    done = canvas(results, roster(CANVAS))
    before, after = rows_of(CANVAS), rows_of(done.text)
    ada, niels, _ = results.records
    assert after[3][6] == f"{ada.score:g}" and after[4][6] == f"{niels.score:g}"
    for row in (3, 4):
        before[row][6] = after[row][6]
    assert after == before, "everything else is as it was"
    assert done.filled == 2
    assert done.absent == ['Curie, "Marie"'], "the test student is nobody"
    assert done.unknown == ["zoe"]
    assert done.warnings == []


def test_canvas_finds_students_by_its_number(roster):
    done = canvas(class_of(("someone", {"lms_id": "103"})), roster(CANVAS))
    assert rows_of(done.text)[5][6] != "" and done.unknown == []


def test_a_name_that_two_share_leads_to_nobody(roster):
    results = class_of(("a", {"email": "ada"}), ("b", {"email": "ada"}))
    assert canvas(results, roster(CANVAS)).unknown == ["a", "b"]


def test_two_rows_for_one_student_are_refused(roster):
    text = CANVAS + '"Lovelace, A.",104,S-004,ADA,CS 1,,,,\n'
    with pytest.raises(ExportError, match="two rows of the roster fit"):
        canvas(class_of(("ada", {})), roster(text))


def test_canvas_columns(roster):
    results = class_of(("ada", {}))
    added = canvas(results, roster(CANVAS), "homework 3")
    header = rows_of(added.text)[0]
    assert header[-1] == "homework 3" and "one was added" in added.warnings[0]
    assert rows_of(added.text)[2][-1] == "21"
    twice = CANVAS.replace("Quiz 1 (4410)", "Attention (7)")
    with pytest.raises(ExportError, match="several columns"):
        canvas(results, roster(twice))
    assert canvas(results, roster(twice), "attention (4411)").filled == 1
    fewer = canvas(results, roster(CANVAS.replace("21.00", "10.00")))
    assert "10 points possible" in fewer.warnings[0]
    with pytest.raises(ExportError, match="read-only"):
        canvas(results, roster(CANVAS), "Final Score")
    with pytest.raises(ExportError, match="no gradebook of Canvas"):
        canvas(results, roster(MOODLE))


def test_canvas_without_a_roster_is_what_its_importer_reads():
    done = canvas(class_of(("ada", {"lms_id": "101", "first_name": "Ada", "last_name": "L"})))
    rows = rows_of(done.text)
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", ASSIGNMENT]
    assert "Points Possible" in rows[1][0] and rows[1][5] == "21"
    assert rows[2][:4] == ["L, Ada", "101", "", "ada"]


def test_a_semicolon_and_a_byte_order_mark_stay(roster):
    text = CANVAS.replace(",", ";").replace("Lovelace;", "Lovelace,")
    done = canvas(class_of(("ada", {})), roster(text, "utf-8-sig"))
    assert done.filled == 1 and done.text.startswith("\ufeffStudent;ID;")


def test_moodle_fills_its_worksheet(roster):
    results = class_of(("ada", {}), ("someone", {"lms_id": "502", "email": ""}))
    done = moodle(results, roster(MOODLE))
    before, after = rows_of(MOODLE), rows_of(done.text)
    assert after[1][4] == f"{results.records[0].score:g}"
    assert after[2][4] == f"{results.records[1].score:g}"
    assert after[1][9] == comment(results.records[0])
    for row in (1, 2):
        before[row][4], before[row][9] = after[row][4], after[row][9]
    assert after == before
    assert done.absent == ["Marie Curie"]


def test_moodle_with_another_maximum_asks(roster):
    results = class_of(("ada", {}))
    sheet = MOODLE.replace("21.00", "100.00")
    with pytest.raises(ExportError, match=r"maximum grade is 100.*--scale"):
        moodle(results, roster(sheet))
    done = moodle(results, roster(sheet), scale=True)
    assert float(rows_of(done.text)[1][4]) == pytest.approx(
        results.records[0].score / 21 * 100, abs=0.006
    )


def test_moodle_says_what_it_will_not_take(roster):
    results = class_of(("ada", {}))
    locked = MOODLE.replace('21.00,Yes,"Monday, 2 March 2026, 9:30 AM"', "21.00,No,-")
    assert "locked" in moodle(results, roster(locked)).warnings[0]
    bare = "Identifier,Grade\nParticipant 501,\n"
    assert len(moodle(results, roster(bare)).warnings) == 2
    with pytest.raises(ExportError, match="no grading worksheet"):
        moodle(results, roster(CANVAS))


def test_feedback_comments_are_html_that_is_safe():
    (record, _) = results_of([member[0] for member in hostile()]).records
    text = comment(record)
    assert "<script" not in text and "<img" not in text and "&lt;script&gt;" in text
    assert "\x1b" not in text and "<br>" in text
    hidden = [m for m in record.marks if m.hidden]
    assert all(m.reason == "A hidden test failed." or m.reason not in text for m in hidden)


def test_plain_has_every_task_and_test():
    results = class_of(("ada", {}), ("niels", {}))
    rows = rows_of(plain(results).text)
    assert len(rows) == 3 and len({len(row) for row in rows}) == 1
    for row, record in zip(rows[1:], results.records, strict=True):
        assert sum(float(cell) for cell in row[7:13]) == pytest.approx(record.raw)
        assert sum(float(cell) for cell in row[13:-2]) == pytest.approx(record.raw)


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", " =1", "\r=1", "\n=1", "=cmd|' /C'!A0", "＝1"],
)
def test_no_cell_is_a_formula(cell):
    assert safe_cell(cell)[0] not in "=+-@\t\r\n" and not safe_cell(cell).lstrip().startswith("=")


@pytest.mark.parametrize(
    "cell", ["-3", "+2.5", "-", "", "Ada", "    Points Possible", "1,5", "x=1"]
)
def test_other_cells_stay(cell):
    assert safe_cell(cell) == cell


def test_no_export_has_a_formula_or_an_escape(tmp_path, capsys, monkeypatch):
    room = make_class(tmp_path / "course", hostile())
    monkeypatch.chdir(tmp_path)
    for kind in ("canvas", "moodle", "csv"):
        assert _run([ASSIGNMENT, "--to", kind, "--course", str(room.root)]) == 0
        text = (tmp_path / f"{ASSIGNMENT}-{kind}.csv").read_text("utf-8")
        for cell in (cell for row in rows_of(text) for cell in row):
            assert not cell.lstrip().startswith(("=", "+", "@", "\t")), cell
            assert not any(ord(c) < 32 and c != "\n" for c in cell)
    said = capsys.readouterr()
    assert "2 marks in attention-canvas.csv" in said.out
    assert "\x1b" not in said.out + said.err


def test_the_command_names_who_is_left_out(tmp_path, capsys):
    members = [(outcome("ada", 0.1), "Ada", "Lovelace"), (outcome("zoe", 0.1), "Zoe", "")]
    room = make_class(tmp_path / "course", members, essays=False)
    (tmp_path / "canvas.csv").write_text(CANVAS)
    arguments = [ASSIGNMENT, "--to", "canvas", "--course", str(room.root)]
    arguments += ["--roster", str(tmp_path / "canvas.csv"), "--output", "-"]
    assert _run(arguments) == 0
    said = capsys.readouterr()
    assert "Lovelace" in said.out
    assert "still to be graded by hand, exported as they stand: ada, zoe" in said.err
    assert 'left as they were: Bohr, Niels, Curie, "Marie"' in said.err
    assert "not exported: zoe" in said.err


def test_bad_rosters_are_refused(tmp_path, roster):
    with pytest.raises(ExportError, match="can't be read"):
        read_roster(tmp_path / "none.csv")
    with pytest.raises(ExportError, match="not UTF-8"):
        roster("Student,ID\nJosé,1\n", "latin-1")
    with pytest.raises(ExportError, match="no header"):
        roster("nothing\n")


def _run(arguments):
    parser = argparse.ArgumentParser()
    export.add_parser(parser.add_subparsers())
    options = parser.parse_args(["export", *arguments])
    return options.run(options)
