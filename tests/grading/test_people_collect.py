"""Archives of Canvas and Moodle: honest ones, odd ones, hostile ones."""

import argparse
import csv
import io
import json
import stat
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from sidebyside.grading.course.directory import Course
from sidebyside.grading.people import collect as module
from sidebyside.grading.people.collect import CollectError, collect, safe_id, students_of
from sidebyside.grading.people.export import read_roster

from .people_class import ASSIGNMENT, source_notebook
from .test_people_export import CANVAS, MOODLE

NB = "attention.ipynb"
FIRST, LATER = (2026, 3, 1, 10, 0, 0), (2026, 3, 2, 12, 30, 0)


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "course"
    folder = root / "source" / ASSIGNMENT
    folder.mkdir(parents=True)
    nbformat.write(source_notebook(), folder / NB)
    return Course(root)


@pytest.fixture
def pack(tmp_path):
    """``pack({name: content})`` → a zip file; a name may come with its time."""

    def write(members, name="submissions.zip"):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members:
                if isinstance(member, str):
                    member = zipfile.ZipInfo(member, FIRST)
                    member.external_attr = 0o644 << 16
                member.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(member, content)
        return path

    return write


def notebook(mark="x", ids=True):
    nb = source_notebook()
    if not ids:
        for cell in nb.cells:
            cell.metadata.pop("nbgrader", None)
    nb.cells[0].source = mark
    return nbformat.writes(nb)


def mark_of(course, student, name=NB):
    path = course.folder("submitted", student, ASSIGNMENT) / name
    return "".join(json.loads(path.read_text())["cells"][0]["source"])


def at(name, time):
    info = zipfile.ZipInfo(name, time)
    info.external_attr = 0o644 << 16
    return info


def inner(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def submitted(course):
    folder = course.root / "submitted"
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_canvas(course, pack):
    archive = pack([
        (f"lovelaceada_101_7001_{NB}", notebook("ada")),
        (f"bohrniels_LATE_102_7002_{NB}", notebook("niels")),
        (f"müllerjürgen_103_7003_{NB}", notebook("jürgen")),
        ("curiemarie_104_7004_report.pdf", "%PDF"),
        ("noetheremmy_105_text.html", "<p>"),
    ])  # fmt: skip
    done = collect(course, ASSIGNMENT, archive)
    assert submitted(course) == [f"{n}/{ASSIGNMENT}/{NB}" for n in ("101", "102", "103")]
    assert mark_of(course, "103") == "jürgen"
    assert done.late == ["102"]
    assert len(done.notes) == 2 and "report.pdf" in done.notes[0]
    assert sorted(p.name for p in course.root.iterdir()) == ["source", "submitted"]


def test_canvas_anonymous(course, pack):
    archive = pack([(f"anon_x7Qp2_7001_{NB}", notebook("a")),
                    (f"LATE_anon_Zz9aa_7002_{NB}", notebook("b"))])  # fmt: skip
    done = collect(course, ASSIGNMENT, archive)
    assert sorted(done.taken) == ["anon_Zz9aa", "anon_x7Qp2"] and done.late == ["anon_Zz9aa"]


@pytest.mark.parametrize("form", ["{}_assignsubmission_file/{}", "{}_assignsubmission_file_/{}",
                                  "{}_assignsubmission_file_{}"])  # fmt: skip
def test_moodle(course, pack, form):
    archive = pack([
        (form.format("Ada Lovelace_501", NB), notebook("ada")),
        (form.format("Ὑπατία Ἀλεξάνδρεια_502", NB), notebook("hypatia")),
        ("Ada Lovelace_501_assignsubmission_onlinetext/onlinetext.html", "<p>"),
    ])  # fmt: skip
    done = collect(course, ASSIGNMENT, archive)
    assert sorted(done.taken) == ["501", "502"] and mark_of(course, "502") == "hypatia"
    assert "onlinetext.html" in done.notes[0]


def test_the_roster_says_who_is_who(course, pack, tmp_path):
    (tmp_path / "r.csv").write_text(CANVAS)
    archive = pack([(f"lovelaceada_101_1_{NB}", notebook()), (f"bohr_102_2_{NB}", notebook()),
                    (f"strangermr_777_3_{NB}", notebook())])  # fmt: skip
    done = collect(course, ASSIGNMENT, archive, roster=read_roster(tmp_path / "r.csv"))
    assert sorted(done.taken) == ["777", "ada", "niels@example.edu"]
    assert "777 (strangermr) is not on the roster" in done.notes[-1]
    with Gradebook(course.db_url) as gradebook:
        ada = gradebook.find_student("ada")
        assert (ada.first_name, ada.last_name, ada.lms_user_id) == ("Ada", "Lovelace", "101")


def test_moodles_worksheet_is_a_roster_too(tmp_path):
    (tmp_path / "m.csv").write_text(MOODLE)
    known = students_of(read_roster(tmp_path / "m.csv"))
    assert known["502"].id == "niels@example.edu" and known["502"].last_name == "Bohr"
    with pytest.raises(CollectError, match="no column 'Matrikel'"):
        students_of(read_roster(tmp_path / "m.csv"), "Matrikel")
    with pytest.raises(CollectError, match="would both be the student"):
        students_of(read_roster(tmp_path / "m.csv"), "Maximum Grade")


def test_the_newest_of_several_wins(course, pack):
    canvas = pack([
        (f"a_101_7009_{NB.replace('.', '-2.')}", notebook("newest")),
        (f"a_101_7001_{NB}", notebook("oldest")),
        (f"a_101_7005_{NB.replace('.', '-1.')}", notebook("middle")),
    ])  # fmt: skip
    done = collect(course, ASSIGNMENT, canvas)
    assert mark_of(course, "101") == "newest"
    assert "more than once" in done.notes[0]
    folder = "Ada_501_assignsubmission_file/"
    moodle = pack([
        (at(f"{folder}{NB}", LATER), notebook("later")),
        (at(f"{folder}attention (1).ipynb", FIRST), notebook("first")),
    ])  # fmt: skip
    collect(course, ASSIGNMENT, moodle)
    assert mark_of(course, "501") == "later"


def test_wrong_names_are_understood(course, pack):
    nearly = [
        "Attention.ipynb",
        "attention (3).ipynb",
        "attention-Copy1.ipynb",
        "attention-2.ipynb",
    ]
    members = [(f"s_{n}_1_{name}", notebook(name)) for n, name in enumerate(nearly)]
    members += [
        ("s_10_1_my homework FINAL.ipynb", notebook("by cells")),
        ("s_11_1_untitled.ipynb", notebook("only one", ids=False)),
        ("s_12_1_attention.ipynb", "no notebook at all {"),
        ("s_13_1_attention.ipynb", notebook("right")),
        ("s_13_9_scratch.ipynb", notebook("scratch", ids=False)),
    ]
    done = collect(course, ASSIGNMENT, pack(members))
    assert [mark_of(course, str(n)) for n in range(4)] == nearly
    assert mark_of(course, "10") == "by cells" and mark_of(course, "11") == "only one"
    assert "12" in done.taken, "a broken notebook is a submission: grading says why it is none"
    assert mark_of(course, "13") == "right", "another notebook does not replace it, though newer"
    assert len([note for note in done.notes if "by its cells" in note]) == 1


def test_other_notebooks_are_left_out_where_there_are_several(course, pack):
    other = course.root / "source" / ASSIGNMENT / "second.ipynb"
    nb = source_notebook()
    for n, cell in enumerate(nb.cells):
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.grade_id = f"other-{n}"
    nbformat.write(nb, other)
    archive = pack([(f"s_1_1_{NB}", notebook()), ("s_1_2_part2.ipynb", nbformat.writes(nb)),
                    ("s_1_3_notes.ipynb", notebook(ids=False))])  # fmt: skip
    done = collect(course, ASSIGNMENT, archive)
    assert done.taken == {"1": ["attention", "second"]} or done.taken == {
        "1": ["second", "attention"]
    }
    assert "it is not attention.ipynb, second.ipynb" in "".join(done.notes)


def test_zip_files_inside(course, pack):
    deep = inner([(NB, notebook("deep"))])
    archive = pack([
        ("s_1_1_all.zip", inner([(f"hw/{NB}", notebook("inside")), ("hw/data.csv", "1"),
                                 (f"__MACOSX/hw/._{NB}", "junk"), ("deeper.zip", deep)])),
        ("s_2_1_all.zip", b"no zip"),
        ("s_3_1_all.zip", inner([("readme.txt", "hello")])),
    ])  # fmt: skip
    done = collect(course, ASSIGNMENT, archive)
    assert submitted(course) == [f"1/{ASSIGNMENT}/{NB}"] and mark_of(course, "1") == "inside"
    assert any("no zip file that can be read" in note for note in done.notes)
    assert any("no notebook inside" in note for note in done.notes)


def test_nothing_leaves_its_place(course, pack, tmp_path):
    link = zipfile.ZipInfo(f"s_5_1_{NB}", FIRST)
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    pipe = zipfile.ZipInfo(f"s_6_1_{NB}", FIRST)
    pipe.external_attr = (stat.S_IFIFO | 0o644) << 16
    archive = pack([
        (f"../../s_1_1_{NB}", notebook()),
        (f"/tmp/s_2_1_{NB}", notebook()),
        (f"C:\\s_3_1_{NB}", notebook()),
        (f"..\\..\\s_4_1_{NB}", notebook()),
        (link, "/etc/passwd"),
        (pipe, ""),
        ("s_7_1_x.zip", inner([(f"../../../{NB}", notebook("out"))])),
        (f"s_8_1_{NB}", notebook("fine")),
    ])  # fmt: skip
    before = sorted(p for p in tmp_path.rglob("*"))
    done = collect(course, ASSIGNMENT, archive)
    assert submitted(course) == [f"8/{ASSIGNMENT}/{NB}"]
    new = [p for p in tmp_path.rglob("*") if p not in before]
    assert all(course.root / "submitted" in (p, *p.parents) for p in new)
    assert len([n for n in done.notes if "leads out of the archive" in n]) == 5
    assert len([n for n in done.notes if "a link or special file" in n]) == 2


def test_owners_and_rosters_make_no_paths(tmp_path):
    for name in ("../../etc", "a/b", "..", ".", "", "*", "[x]", "a\x00b", "\x1b[2Jx", "a b", "-x"):
        assert safe_id(name) and not set(safe_id(name)) & set("/\\*?[]\0\x1b +")
        assert not safe_id(name).startswith((".", "-"))
    rows = csv.writer(stream := io.StringIO())
    rows.writerows([["Student", "ID", "SIS Login ID", "Section"], ["X", "1", "../../x", "s"]])
    (tmp_path / "r.csv").write_text(stream.getvalue())
    assert students_of(read_roster(tmp_path / "r.csv"))["1"].id == "x"


def test_bombs(course, pack, monkeypatch):
    monkeypatch.setattr(module, "LARGEST_FILE", 4 * module.MEBIBYTE)
    zeros = b"0" * (3 * module.MEBIBYTE)
    archive = pack([(f"s_1_1_{NB}", zeros), (f"s_2_1_{NB}", notebook("fine")),
                    ("s_3_1_x.zip", inner([(NB, b"0" * (5 * module.MEBIBYTE))]))])  # fmt: skip
    done = collect(course, ASSIGNMENT, archive)
    assert list(done.taken) == ["2"]
    assert len([n for n in done.notes if "unpacks to more than" in n]) == 2
    monkeypatch.setattr(module, "LARGEST_TOTAL", 1000)
    with pytest.raises(CollectError, match="unpacks to more than"):
        collect(course, ASSIGNMENT, archive)
    monkeypatch.setattr(module, "MOST_FILES", 2)
    with pytest.raises(CollectError, match="more than 2 files"):
        collect(course, ASSIGNMENT, archive)


def test_sizes_are_counted_not_believed(course, pack, monkeypatch):
    """The header says that ten bytes follow; a million do."""
    archive = pack([(f"s_1_1_{NB}", b"0" * 2_000_000)])
    raw = bytearray(archive.read_bytes())
    at_directory = raw.index(b"PK\x01\x02")
    raw[at_directory + 24 : at_directory + 28] = (10).to_bytes(4, "little")
    archive.write_bytes(raw)
    done = collect(course, ASSIGNMENT, archive)
    assert done.taken == {} and "left out" in done.notes[0]


def test_what_is_there_is_not_replaced_unasked(course, pack):
    collect(course, ASSIGNMENT, pack([(f"s_1_1_{NB}", notebook("old"))]))
    new = pack([(f"s_1_1_{NB}", notebook("new")), (f"s_2_1_{NB}", notebook("two"))])
    done = collect(course, ASSIGNMENT, new)
    assert done.kept == ["1"] and list(done.taken) == ["2"] and mark_of(course, "1") == "old"
    again = collect(course, ASSIGNMENT, new, force=True)
    assert list(again.taken) == ["1"] and mark_of(course, "1") == "new", "2 is the same already"
    assert collect(course, ASSIGNMENT, new).taken == {}


def test_times_are_kept_where_asked(course, pack):
    archive = pack([(at(f"s_1_1_{NB}", LATER), notebook()),
                    (at(f"s_2_1_{NB}", (1980, 1, 1, 0, 0, 0)), notebook())])  # fmt: skip
    collect(course, ASSIGNMENT, archive, timestamps=True)
    one, two = (course.folder("submitted", n, ASSIGNMENT) / "timestamp.txt" for n in "12")
    assert course.directory.get_existing_timestamp(str(one.parent)) is not None
    assert one.read_text().startswith("2026-03-0") and not two.exists()
    collect(course, ASSIGNMENT, archive, force=True)
    assert one.exists(), "the same submission is left alone"


def test_what_can_not_be_collected_is_said(course, pack, tmp_path):
    with pytest.raises(CollectError, match="no archive"):
        collect(course, ASSIGNMENT, tmp_path / "none.zip")
    with pytest.raises(CollectError, match="no assignment 'ps9'"):
        collect(course, "ps9", pack([("s_1_1_a.ipynb", "")]))
    with pytest.raises(CollectError, match="neither like Canvas"):
        collect(course, ASSIGNMENT, pack([("a.ipynb", notebook())]))
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(CollectError, match="no zip file"):
        collect(course, ASSIGNMENT, tmp_path / "bad.zip")


def test_the_command_says_what_it_did(course, pack, capsys):
    archive = pack([(f"evil\x1b[2J_LATE_1_1_{NB}", notebook()), ("s_2_1_\x1b[31mx.pdf", "")])
    parser = argparse.ArgumentParser()
    module.add_parser(parser.add_subparsers())
    arguments = ["collect", ASSIGNMENT, str(archive), "--course", str(course.root)]
    options = parser.parse_args(arguments)
    assert options.run(options) == 0
    said = capsys.readouterr()
    assert "1 submission in" in said.out and "1 of them late: 1" in said.out
    assert "x.pdf" in said.err and "\x1b" not in said.out + said.err
    assert Path.cwd() != course.root
