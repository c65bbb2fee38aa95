"""Whatever was handed in: mended with a note, or unreadable with a reason, and only for itself."""

import copy
import json
import os
import socket

import nbformat
import pytest
from nbformat import v3, v4
from nbgrader import utils
from nbgrader.api import Gradebook

from sidebyside.grading.course import mending, submission
from sidebyside.grading.course.assignment import has_role, read_assignment
from sidebyside.grading.course.directory import Course
from sidebyside.grading.course.mending import find_notebook, mend
from sidebyside.grading.course.submission import Unreadable, read_folder
from tests.grading.made_course import RIGHT, MadeCourse, cell, examine, grade, write


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    course = MadeCourse(tmp_path_factory.mktemp("course"))
    opened = Course(course.root)
    return course, opened, read_assignment(opened, "ps1")


@pytest.fixture
def released(made):
    """The first notebook as students get it, with the right answers."""
    notebook = copy.deepcopy(made[0].release()["first"])
    for one in notebook.cells:
        one.source = RIGHT.get(name_of(one), one.source)
    return notebook


def name_of(one):
    return one.metadata.get("nbgrader", {}).get("grade_id")


def find(notebook, name):
    return next(one for one in notebook.cells if name_of(one) == name)


def mended(made, notebook):
    content = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    instructor = made[2].notebooks["first"]
    result = mend(content, instructor)
    nbformat.validate(result.notebook)
    # What the contract asks for, whatever was handed in:
    own = [one for one in result.notebook.cells if name_of(one)]
    wanted = [one for one in instructor.blank.cells if has_role(one)]
    assert [name_of(one) for one in own] == [name_of(one) for one in wanted]
    for one, other in zip(own, wanted, strict=True):
        assert one.metadata == other.metadata
        assert one.cell_type == other.cell_type
        if not utils.is_solution(one):
            assert one.source == other.source
    for one in result.notebook.cells:
        if not name_of(one):
            assert one.metadata == {}
        assert one.cell_type != "code" or one.outputs == []
    return result


def sources(result):
    return [one.source for one in result.notebook.cells]


def test_an_honest_notebook_is_taken_as_it_is(made, released):
    result = mended(made, released)
    assert result.notes == ()
    assert find(result.notebook, "double").source == RIGHT["double"]
    assert "double(7)" in find(result.notebook, "test-double").source  # the hidden test is back
    assert "helper = 3" in sources(result)


def test_altered_tests_are_put_back(made, released):
    find(released, "test-double").source = "assert True"
    find(released, "setup").source = "import os"
    result = mended(made, released)
    assert sum("had been changed" in note for note in result.notes) == 2


def test_a_cell_twice_counts_once_the_last_as_in_nbgrader(made, released):
    again = copy.deepcopy(find(released, "double"))
    again.source = "def double(x):\n    return 'last'"
    released.cells.insert(4, again)
    result = mended(made, released)
    assert "'last'" in find(result.notebook, "double").source
    assert RIGHT["double"] in sources(result)
    assert "more than once; the last one was graded" in " ".join(result.notes)


@pytest.mark.parametrize("name", ["double", "test-double", "setup", "why"])
def test_a_missing_cell_is_put_back_blank(made, released, name):
    released.cells.remove(find(released, name))
    result = mended(made, released)
    assert f"The cell `{name}` was missing" in " ".join(result.notes)
    assert "2 * x" not in json.dumps(result.notebook)  # never the solution
    assert "Because" not in json.dumps(result.notebook)


def test_a_retyped_cell_gets_its_type_back(made, released):
    one = find(released, "double")
    one.cell_type = "markdown"
    del one["outputs"], one["execution_count"]
    other = find(released, "why")
    other.update(cell_type="code", outputs=[], execution_count=None)
    result = mended(made, released)
    assert find(result.notebook, "double").source == RIGHT["double"]
    assert sum("made one again" in note for note in result.notes) == 2


def test_another_order_is_the_assignments_again(made, released):
    first, second = released.cells.index(find(released, "double")), len(released.cells) - 2
    cells = released.cells
    cells[first], cells[second] = cells[second], cells[first]
    result = mended(made, released)
    assert "another order" in " ".join(result.notes)


def test_own_cells_stay_behind_the_cell_they_followed(made, released):
    position = released.cells.index(find(released, "double")) + 1
    released.cells[position:position] = [cell("a = 1"), cell("b = 2")]
    released.cells.insert(0, cell("zero = 0"))
    result = mended(made, released)
    found = sources(result)
    place = found.index(RIGHT["double"])
    assert found[place + 1 : place + 3] == ["a = 1", "b = 2"]
    assert found[0] == "zero = 0"
    assert result.notes == ()


def test_an_unknown_grade_id_makes_an_ordinary_cell(made, released):
    released.cells.append(cell("free = 99", "bonus", points=99, grade=True, locked=True))
    result = mended(made, released)
    assert "no cell `bonus`" in " ".join(result.notes)
    assert "free = 99" in sources(result)


@pytest.mark.parametrize("tag", ["skip-execution", "raises-exception"])
def test_tags_that_mislead_are_removed(made, released, tag):
    find(released, "test-double").metadata["tags"] = [tag]
    released.cells[-1].metadata["tags"] = [tag, "mine"]
    result = mended(made, released)
    assert f"The tag `{tag}` was removed (cell 4, 8)" in result.notes[0]
    assert tag not in json.dumps(result.notebook)


@pytest.mark.parametrize("version", [99, 1, "3", None, True, [1]])
def test_marks_of_any_version_are_replaced(made, released, version):
    for one in released.cells:
        if name_of(one):
            one.metadata.nbgrader.update(schema_version=version, points=1000, grade=True)
    result = mended(made, released)
    assert ("does not exist" in " ".join(result.notes)) == (version is True or version != 1)


def test_the_kernel_is_the_assignments(made, released):
    released.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}
    released.metadata.pop("language_info", None)
    result = mended(made, released)
    assert result.notebook.metadata.kernelspec.name == "python3"
    assert "saved for `r`" in " ".join(result.notes)


def test_stored_outputs_are_dropped(made, released):
    output = v4.new_output("display_data", {"text/html": "<script>alert(1)</script>"})
    find(released, "test-double").outputs = [output]
    assert "script" not in json.dumps(mended(made, released).notebook)


def test_identifiers_are_unique_whatever_they_were(made, released):
    for number, one in enumerate(released.cells):
        one["id"] = ("same", "not valid!", 7, "x" * 99, None)[number % 5]
    identifiers = [one.id for one in mended(made, released).notebook.cells]
    assert len(set(identifiers)) == len(identifiers)


def test_characters_that_no_text_may_have_are_replaced(made, released):
    find(released, "double").source = "x = '\0'"
    find(released, "square").source = "y = '\ud800'"
    result = mended(made, released)
    assert sum("characters that no text may have" in note for note in result.notes) == 2
    json.dumps(result.notebook, ensure_ascii=False).encode()


def test_a_huge_cell_is_left_out(made, released):
    find(released, "double").source = "x = 1\n" * 400_000
    assert "2400000 characters" in " ".join(mended(made, released).notes)


def test_too_many_cells_are_cut_off(made, released, monkeypatch):
    monkeypatch.setattr(mending, "MOST_CELLS", 50)
    released.cells += [cell("pass")] * 60
    result = mended(made, released)
    assert len(result.notebook.cells) <= 50
    assert "more than 50 cells" in " ".join(result.notes)


def test_pictures_stay_other_attachments_go(made, released):
    find(released, "why")["attachments"] = {
        "plot.png": {"image/png": "iVBORw0KGgo="},
        "evil.html": {"text/html": "<script>"},
        "odd.png": {"image/png": 3},
    }
    result = mended(made, released)
    assert list(find(result.notebook, "why").attachments) == ["plot.png"]
    assert sum("attachment" in note for note in result.notes) == 1  # said once for the cell


@pytest.mark.parametrize("damage", [None, 3, "text", [], {"source": 3}, {"source": [1]}, {}])
def test_damaged_cells_cost_themselves_only(made, released, damage):
    released.cells.insert(2, damage)
    assert find(mended(made, released).notebook, "double").source == RIGHT["double"]


def test_format_3_is_upgraded(made, released):
    old = v3.new_notebook(worksheets=[v3.new_worksheet()])
    for one in released.cells:
        kind = v3.new_code_cell if one.cell_type == "code" else v3.new_text_cell
        arguments = (one.source,) if one.cell_type == "code" else ("markdown", one.source)
        new = kind(*arguments)
        new.metadata = one.metadata
        old.worksheets[0].cells.append(new)
    result = mended(made, old)
    assert find(result.notebook, "double").source == RIGHT["double"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"{", "no valid JSON"),
        (b'{"cells": [\0]}', "null bytes"),
        (b"\xff\xfe\xfa\x80", "not text|no valid JSON"),
        (b"\x89PNG\r\n\x1a\n", "not text|no valid JSON"),
        (b"[1, 2]", "no notebook"),
        (b'"text"', "no notebook"),
        (b"{}", "no list of cells|old format"),
        (b'{"nbformat": 4, "cells": {}}', "no list of cells"),
        (b'{"nbformat": 99, "cells": []}', "format 99"),
        (b'{"nbformat": "four", "cells": []}', "unknown"),
        (b'{"nbformat": true, "cells": []}', "unknown"),
        (b'{"nbformat": 3, "worksheets": 7}', "old format|no list"),
        (b'{"nbformat": 2, "worksheets": [{"cells": [1]}]}', "old format"),
        (b'{"cells": ' + b"[" * 100_000, "too deeply"),
        (b'{"nbformat": ' + b"9" * 5000 + b"}", "no valid JSON"),
        (b'{"cells": [' + b"[]," * 2_000_000 + b"]}", "too many elements"),
    ],
)
def test_what_is_no_notebook_is_unreadable(made, content, reason):
    with pytest.raises(Unreadable, match=reason):
        mend(content, made[2].notebooks["first"])


def test_notes_do_not_flood(made, released):
    released.cells += [cell("pass", f"unknown-{n}", solution=True) for n in range(1000)]
    notes = mended(made, released).notes
    assert len(notes) <= submission.MOST_NOTES + 1
    assert "960 more" in notes[-1]


# --- folders ------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, made):
    place = tmp_path / "handed in"
    place.mkdir()
    return place


def read(made, place):
    return read_folder(made[1], place)


def test_files_are_read_notebooks_apart(made, folder):
    (folder / "data").mkdir()
    (folder / "data/a.csv").write_text("1")
    (folder / "first.ipynb").write_text("{}")
    (folder / "old.pyc").write_text("ignored")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints/first-checkpoint.ipynb").write_text("{}")
    found = read(made, folder)
    assert dict(found.files) == {"data/a.csv": b"1"}
    assert dict(found.notebooks) == {"first.ipynb": b"{}"}
    assert found.notes == ()


def test_links_are_not_followed(made, folder, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "answers.txt").write_text("42")
    (folder / "answers.txt").symlink_to(secret / "answers.txt")
    (folder / "all").symlink_to(secret)
    (folder / "second.ipynb").symlink_to(secret)
    (folder / "first.ipynb").symlink_to(secret / "answers.txt")
    found = read(made, folder)
    assert found.files == {}
    assert all(isinstance(one, Unreadable) for one in found.notebooks.values())
    assert "42" not in repr(found)
    assert len(found.notes) == 2


def test_a_folder_that_is_a_link_is_unreadable(made, folder, tmp_path):
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(Unreadable, match="a link"):
        read(made, tmp_path / "link")


def test_pipes_and_sockets_are_left_out(made, folder):
    os.mkfifo(folder / "pipe")
    os.mkfifo(folder / "first.ipynb")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(folder / "s"))
        found = read(made, folder)
    assert found.files == {}
    assert len(found.notes) == 2
    assert "not a regular file" in str(found.notebooks["first.ipynb"])


def test_odd_names_are_left_out(made, folder):
    for name in (b"bad\xff", b"line\nbreak", b"esc\x1b[2J", b"back\\slash"):
        with open(os.path.join(os.fsencode(folder), name), "wb") as file:
            file.write(b"x")
    found = read(made, folder)
    assert found.files == {}
    assert len(found.notes) == 4
    assert all(note.isprintable() for note in found.notes)


def test_sizes_are_bounded(made, folder, monkeypatch):
    with open(folder / "sparse.bin", "wb") as file:
        file.truncate(2**40)
    with open(folder / "first.ipynb", "wb") as file:
        file.truncate(2**40)
    found = read(made, folder)
    assert found.files == {}
    assert "MiB" in str(found.notebooks["first.ipynb"])
    monkeypatch.setattr(made[1].settings, "files_number", 3)
    for number in range(100):
        (folder / f"{number}.txt").write_text("x")
    found = read(made, folder)
    assert len(found.files) == 3
    assert "too many files" in " ".join(found.notes)


def test_what_we_may_not_read_is_no_fault_of_the_student(made, folder, monkeypatch):
    (folder / "first.ipynb").write_text("{}")
    plain = os.open

    def refuses(path, *arguments, **named):
        if path == "first.ipynb":
            raise PermissionError(13, "Permission denied", path)
        return plain(path, *arguments, **named)

    monkeypatch.setattr(os, "open", refuses)
    with pytest.raises(PermissionError):
        read(made, folder)


def test_deep_folders_are_left_out(made, folder, monkeypatch):
    monkeypatch.setattr(submission, "DEEPEST", 4)
    (folder / "a/b/c/d/e/f/g").mkdir(parents=True)
    (folder / "a/b/c/d/e/f/g/x.txt").write_text("x")
    assert read(made, folder).files == {}


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("2015-02-02 15:58:23.948203 America/Los_Angeles", "2015-02-02 23:58:23.948203"),
        ("2015-02-02 15:58:23 UTC", "2015-02-02 15:58:23"),
        ("", None),
        ("yesterday", None),
        ("9999-12-31 23:59:59 -2400", None),
        ("\0" * 50, None),
    ],
)
def test_timestamps(made, folder, text, read_as):
    (folder / "timestamp.txt").write_text(text)
    found = read(made, folder)
    assert (str(found.timestamp) if found.timestamp else None) == read_as
    assert bool(found.notes) == (read_as is None and bool(text.strip()))


def test_a_notebook_under_another_name_is_found(made, folder, released):
    instructors = made[2].notebooks
    write(folder / "first (1).ipynb", released)
    (folder / "second.ipynb").write_text("{}")
    path, _, notes = find_notebook(read(made, folder), instructors, "first")
    assert path == "first (1).ipynb"
    assert "handed in as `first (1).ipynb`" in notes[0]
    (folder / "scratch.ipynb").write_text('{"nbformat": 4, "cells": []}')
    assert find_notebook(read(made, folder), instructors, "first")[0] == "first (1).ipynb"
    (folder / "inner").mkdir()
    write(folder / "inner/first.ipynb", released)
    assert find_notebook(read(made, folder), instructors, "first")[0] == "inner/first.ipynb"


def test_no_notebook_and_several_that_could_be_it(made, folder, released):
    with pytest.raises(Unreadable, match="No notebook was handed in"):
        find_notebook(read(made, folder), made[2].notebooks, "first")
    for name in ("a", "b"):
        write(folder / f"{name}.ipynb", released)
    with pytest.raises(Unreadable, match=r"`a\.ipynb`, `b\.ipynb`"):
        find_notebook(read(made, folder), made[2].notebooks, "first")


# --- a whole class ------------------------------------------------------------------------------


def test_each_costs_itself_and_the_class_is_graded(tmp_path):
    course = MadeCourse(tmp_path / "course")
    honest = ("ada", "zoe")
    for student in honest:
        course.hand_in(student, RIGHT)
    hostile = {
        "broken": b"{",
        "null": b"\0\0",
        "nothing": None,
        "picture": b"\x89PNG",
        "script": b'{"nbformat": "<script>alert(1)</script>", "cells": []}',
    }
    for student, content in hostile.items():
        folder = course.hand_in(student, RIGHT)
        (folder / "second.ipynb").unlink()
        (folder / "first.ipynb").unlink()
        if content is not None:
            (folder / "first.ipynb").write_bytes(content)
    (course.root / "submitted/empty/ps1").mkdir(parents=True)
    (course.root / "submitted/link").mkdir()
    (course.root / "submitted/link/ps1").symlink_to(course.root / "source/ps1")
    folder = course.hand_in("shadow", RIGHT)  # files in the way of the notebook and of the data
    (folder / "second.ipynb").unlink()
    (folder / "second.ipynb").mkdir()
    (folder / "second.ipynb/x.txt").write_text("x")
    (folder / "data.csv").mkdir()
    (folder / "data.csv/x.txt").write_text("x")
    assert grade(course) == 0
    with Gradebook(course.db) as book:
        for student in (*hostile, "empty", "link"):
            found = book.find_submission("ps1", student)
            assert (found.score, found.needs_manual_grade) == (0, False)
            text = (course.root / f"autograded/{student}/ps1/first.ipynb").read_text()
            assert "could not be graded" in text
            assert "<script>" not in text
        for student in honest:
            assert book.find_submission("ps1", student).score == 6
        assert book.find_submission("ps1", "shadow").score == 5
    assert (course.root / "autograded/shadow/ps1/data.csv").read_text() == "1,2\n"
    assert course.stock("generate_feedback", "ps1")
    page = (course.root / "feedback/broken/ps1/first.html").read_text()
    assert "no valid JSON" in page


def test_notes_are_in_the_notebook_and_in_the_record(tmp_path):
    course = MadeCourse(tmp_path / "course")
    folder = course.hand_in("ada", RIGHT)
    (folder / "second.ipynb").rename(folder / "my second.ipynb")
    jobs = []
    assert grade(course, examiner=lambda job, parent: jobs.append(job) or examine(job)) == 0
    assert any("handed in as" in note for job in jobs for note in job.notes)
    done = nbformat.read(course.root / "autograded/ada/ps1/second.ipynb", as_version=4)
    assert "handed in as `my second.ipynb`" in done.cells[0].source
