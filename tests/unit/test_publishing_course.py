"""What the book reads from notebooks, and the holes it finds."""

import copy
import shutil

import pytest

from sidebyside.errors import SideBySideError
from sidebyside.parity import Needed, Without
from sidebyside.publishing.assignments import read_assignment
from sidebyside.publishing.chapters import read_chapter
from sidebyside.publishing.course import holes, read_course
from sidebyside.publishing.curriculum import read_curriculum
from sidebyside.publishing.further import further_minutes

from . import small_course
from .small_course import code, display, markdown, notebook, parity, picture, write


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return small_course.write_course(tmp_path_factory.mktemp("written") / "course")


@pytest.fixture
def course(written, tmp_path):
    """A function that changes chapter 04 of the small course and returns its holes."""
    root = shutil.copytree(written, tmp_path / "course")

    def with_change(change):
        made = copy.deepcopy(small_course.backpropagation())
        change(made)
        write(root / "notebooks" / "04-backpropagation.ipynb", made)
        return holes(read_course(root))

    with_change.root = root
    return with_change


def one_hole(found, *words):
    assert len(found) == 1, found
    for word in ("04-backpropagation", *words):
        assert word in found[0]


def test_a_course_with_nothing_missing_has_no_hole(course):
    assert course(lambda made: None) == []


@pytest.mark.parametrize("name, label", [("numpy", "NumPy"), ("pytorch", "PyTorch")])
def test_a_missing_implementation_is_a_hole(course, name, label):
    def change(made):
        made["cells"] = [c for c in made["cells"] if c["metadata"].get("tags") != [name]]

    one_hole(course(change), name, label)


def test_a_chapter_without_a_parity_table_is_a_hole(course):
    def change(made):
        for cell in made["cells"]:
            if cell["source"].startswith("parity"):
                cell["outputs"] = []

    one_hole(course(change), "no parity table")


def test_the_minutes_of_further_sections_beside_each_other_are_counted_apart(tmp_path):
    tagged = {"metadata": {"tags": ["further"]}}
    cells = [
        markdown("# Title"),
        markdown("## Long\n\n" + "word " * 1000) | tagged,
        markdown("### Its end\n\n" + "word " * 1000),
        markdown("## Short\n\n" + "word " * 400) | tagged,
        markdown("Its end.\n\n## Core again"),
        markdown("word " * 2000),
    ]
    write(tmp_path / "chapter.ipynb", notebook(cells))
    assert further_minutes(read_chapter(tmp_path / "chapter.ipynb")) == {2: 10, 4: 2}


@pytest.mark.parametrize("source", ["Text.\n\n## Later", "# The title", "More of it."])
def test_a_further_tag_where_no_section_begins_is_a_hole(course, source):
    def change(made):
        made["cells"].append(markdown(source) | {"metadata": {"tags": ["further"]}})

    one_hole(course(change), "cell 16 tagged further", "heading")


def change_parity(**options):
    def change(made):
        for cell in made["cells"]:
            if cell["source"].startswith("parity"):
                cell["outputs"] = [parity(**options)]

    return change


def test_a_difference_above_its_tolerance_is_a_hole(course):
    one_hole(course(change_parity(largest=2e-9)), "Same weights", "2.0e-09", "1e-09")


def test_a_difference_that_is_no_number_is_a_hole(course):
    one_hole(course(change_parity(largest=float("nan"))), "nan")


def test_a_difference_at_its_tolerance_is_none(course):
    assert course(change_parity(largest=1e-9)) == []


def test_a_cell_that_was_not_executed_is_a_hole(course):
    def change(made):
        made["cells"][1]["execution_count"] = None

    one_hole(course(change), "cell 2", "not executed")


def test_an_empty_cell_need_not_be_executed(course):
    def change(made):
        made["cells"].append(code("", count=None))

    assert course(change) == []


def test_an_error_among_the_outputs_is_a_hole(course):
    error = {"output_type": "error", "ename": "ValueError", "evalue": "", "traceback": []}

    def change(made):
        made["cells"].append(code("1 / 0", error))

    one_hole(course(change), "ended in an error")


def test_a_picture_without_alt_text_is_a_hole(course):
    def change(made):
        made["cells"].append(code("plots.show(fig)", picture(alt=None)))

    one_hole(course(change), "alt")


def test_an_assignment_named_but_absent_is_a_hole(course):
    shutil.rmtree(course.root / "source")
    one_hole(course(lambda made: None), "source/backpropagation/backpropagation.ipynb")


def test_an_assignment_other_than_the_curriculums_is_a_hole(course):
    def change(made):
        made["metadata"]["sidebyside"]["assignment"] = "attention"

    one_hole(course(change), "attention", "backpropagation")


def test_no_measured_time_is_a_hole(course):
    def change(made):
        del made["metadata"]["sidebyside"]["measured"]

    one_hole(course(change), "no measured time")


def test_an_unknown_prerequisite_is_a_hole(course):
    def change(made):
        made["metadata"]["sidebyside"]["prerequisites"] = ["77"]

    one_hole(course(change), "'77'")


def test_a_notebook_outside_the_curriculum_is_a_hole(course):
    write(course.root / "notebooks" / "99-extra.ipynb", notebook([markdown("# Extra")]))
    found = course(lambda made: None)
    assert len(found) == 1 and "99-extra" in found[0]


def test_a_chapter_tells_its_title_tables_and_measured_cost(written):
    chapter = read_chapter(written / "notebooks" / "04-backpropagation.ipynb")
    assert chapter.title == "Backpropagation"
    assert chapter.implementations == ("numpy", "tensorflow", "pytorch")
    assert [table.steps for table in chapter.parity] == [3]
    assert chapter.largest == 2.2e-16
    assert (chapter.measured.cpu_seconds, chapter.measured.gpu_seconds) == (48.2, None)


def test_what_a_comparison_needs_is_no_parity_table(tmp_path):
    needed = Needed(1e-9, (Without("equal epsilon", 1e-3),), 1e-6)._repr_mimebundle_()
    cells = [code("parity.agree(...)", parity()), code("parity.needed(...)", display(needed))]
    write(tmp_path / "needed.ipynb", notebook([markdown("# A title"), *cells]))
    assert [table.cell for table in read_chapter(tmp_path / "needed.ipynb").parity] == [2]


def test_source_stored_as_lines_is_read_like_source_stored_as_text(tmp_path):
    made = notebook([markdown(["# A title\n", "\n", "And text."]), code(["a = 1\n", "b = 2"])])
    write(tmp_path / "lines.ipynb", made)
    assert read_chapter(tmp_path / "lines.ipynb").title == "A title"


def test_written_and_planned_chapters_make_up_the_curriculum(written):
    course = read_course(written)
    assert [entry.number for entry, _ in course.written] == ["04", "16", "17"]
    assert [entry.number for entry in course.planned] == ["03"]


def test_an_assignments_points_are_added_up_by_task(written):
    found = read_assignment(written / "source" / "backpropagation" / "backpropagation.ipynb")
    assert found.title == "Backpropagation by hand"
    tasks = [(task.name, task.title, task.points) for task in found.tasks]
    assert tasks == [
        ("dense-backward", "The backward pass of a layer", 3),
        ("loss", "The loss", 2),
    ]
    assert found.points == 5


def test_points_before_the_first_task_are_refused(tmp_path):
    made = small_course.assignment()
    made["cells"].insert(1, made["cells"][4])
    write(tmp_path / "x.ipynb", made)
    with pytest.raises(SideBySideError, match="'test-dense-backward-value' stands before"):
        read_assignment(tmp_path / "x.ipynb")


def test_an_introduction_ends_at_the_first_table_and_titles_lose_their_points(tmp_path):
    made = small_course.assignment()
    made["cells"][0]["source"] = "# Title\n\nWhy.\n\n**Time:** 5 min.\n\n| a |\n|---|\n\nAfter."
    made["cells"][2]["source"] = "## Task 1 · A layer (3 points)\n\nText."
    write(tmp_path / "x.ipynb", made)
    found = read_assignment(tmp_path / "x.ipynb")
    assert found.introduction == "Why.\n\n**Time:** 5 min."
    assert found.tasks[0].title == "Task 1 · A layer"


def test_the_real_curriculum_has_25_chapters_numbered_in_order():
    entries = read_curriculum(small_course.ROOT / "book" / "curriculum.yml")
    assert [entry.number for entry in entries] == [f"{i:02d}" for i in range(1, 26)]
    assert all({"tensorflow", "pytorch"} <= set(entry.implementations) for entry in entries)


def test_a_need_that_is_no_letter_of_the_legend_is_refused(tmp_path):
    path = tmp_path / "curriculum.yml"
    path.write_text("parts: [{title: I, chapters: [{name: 01-a, title: A, needs: T X}]}]")
    with pytest.raises(SideBySideError, match=r"01-a.*X"):
        read_curriculum(path)
