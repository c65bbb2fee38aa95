"""What every committed notebook must be, whoever wrote it."""

import re

import pytest

from sidebyside.authoring.answers import graded_cells
from sidebyside.authoring.notebooks import ROOT, assignments, chapters, is_test, normalise, read
from sidebyside.exercises import read_hints
from sidebyside.frameworks import FRAMEWORKS

CHAPTERS = chapters()
EXERCISES = sorted((ROOT / "exercises").glob("*/*.ipynb"))
SOLUTIONS = sorted((ROOT / "solutions").glob("*/*.ipynb"))
SOURCES = sorted((ROOT / "source").glob("*/*.ipynb"))
PAGES = sorted((ROOT / "book").glob("*.ipynb"))
EVERY = [*CHAPTERS, *EXERCISES, *SOLUTIONS, *SOURCES, *PAGES]

NOTEBOOK_BUDGET = 600_000  # bytes
CHAPTERS_BUDGET = 8_000_000
LONGEST_CELL = 20  # lines of code
TAGS = {*FRAMEWORKS, "nbval-ignore-output"}
TAGS |= {"hide-input", "hide-output", "remove-input", "remove-output"}
TAGS |= {"control", "further"}
SECTIONS = [
    "same weights, same numbers",
    "what goes wrong",
    "in practice",
    "check yourself",
    "further reading",
]


def by_name(paths):
    return pytest.mark.parametrize("path", paths, ids=[str(p.relative_to(ROOT)) for p in paths])


def code_cells(path):
    return [(i, c) for i, c in enumerate(read(path).cells) if c.cell_type == "code" and c.source]


def outputs(path):
    return [(i, output) for i, cell in code_cells(path) for output in cell.outputs]


def framework_of(cell):
    return [tag for tag in cell.metadata.get("tags", []) if tag in FRAMEWORKS]


def lines_of_code(cell):
    return [x for x in cell.source.splitlines() if x.strip() and not x.strip().startswith("#")]


@by_name([*CHAPTERS, *SOLUTIONS, *PAGES])
def test_was_executed_top_to_bottom_in_one_go(path):
    counts = [cell.execution_count for _, cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1))


@by_name([*CHAPTERS, *SOLUTIONS, *PAGES])
def test_stores_no_error_and_no_stderr(path):
    bad = [
        (index, output.get("evalue") or output.get("text"))
        for index, output in outputs(path)
        if output.output_type == "error" or output.get("name") == "stderr"
    ]
    assert bad == []


@by_name([*EXERCISES, *SOURCES])
def test_carries_no_output(path):
    assert outputs(path) == []


@by_name(EVERY)
def test_is_within_its_size_budget(path):
    assert path.stat().st_size <= NOTEBOOK_BUDGET


def test_all_chapters_are_within_their_size_budget():
    assert sum(path.stat().st_size for path in CHAPTERS) <= CHAPTERS_BUDGET


@by_name(EVERY)
def test_names_no_path_of_any_machine(path):
    found = re.findall(
        r"(?:/home/|/Users/|/root/|/tmp/|/work/|/var/folders/|[A-Z]:\\\\Users)\S{0,40}",
        path.read_text(encoding="utf-8"),
    )
    assert found == []


@by_name(EVERY)
def test_is_normalised(path):
    notebook = read(path)
    before = notebook.copy()
    assert normalise(notebook, collapse=path in (*EXERCISES, *SOLUTIONS)) == before


@by_name([*CHAPTERS, *PAGES])
def test_uses_known_tags_only(path):
    used = {tag for _, cell in code_cells(path) for tag in cell.metadata.get("tags", [])}
    assert used - TAGS == set()


@by_name(CHAPTERS)
def test_implementations_stand_in_the_order_of_the_tabs(path):
    """Adjacent cells become one set of tabs: NumPy, then TensorFlow, then PyTorch."""
    previous = None
    for index, cell in enumerate(read(path).cells):
        mine = framework_of(cell)
        assert len(mine) <= 1, f"cell {index} is tagged {mine}"
        if mine and previous and previous != mine[0]:
            order = FRAMEWORKS.index(mine[0]), FRAMEWORKS.index(previous)
            assert order[0] > order[1], f"cell {index}: {mine[0]} stands after {previous}"
        previous = mine[0] if mine else None


@by_name(CHAPTERS)
def test_cells_hold_one_idea(path):
    long = {i: len(lines_of_code(cell)) for i, cell in code_cells(path)}
    assert {i: n for i, n in long.items() if n > LONGEST_CELL} == {}


@by_name([*CHAPTERS, *PAGES])
def test_every_picture_has_an_alternative_text(path):
    missing = [
        index
        for index, output in outputs(path)
        for mime in output.get("data", {})
        if mime.startswith("image/")
        and len(output.metadata.get(mime, {}).get("alt", "").split()) < 4
    ]
    assert missing == []


@by_name(CHAPTERS)
def test_every_picture_is_followed_by_what_it_shows(path):
    cells = read(path).cells
    for index, cell in enumerate(cells):
        data = [mime for output in cell.get("outputs", []) for mime in output.get("data", {})]
        if any(mime.startswith("image/") for mime in data):
            assert len([m for m in data if m.startswith("image/")]) == 1, f"cell {index}"
            # the pictures of one set of tabs share the paragraph after the set
            after = next(c for c in cells[index + 1 :] if not framework_of(c))
            assert after.cell_type == "markdown", f"cell {index}"


@by_name(CHAPTERS)
def test_has_the_sections_of_a_chapter(path):
    headings = [
        line.lower()
        for cell in read(path).cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("#")
    ]
    assert [s for s in SECTIONS if not any(s in heading for heading in headings)] == []


@by_name(CHAPTERS)
def test_tells_the_book_what_it_is(path):
    facts = read(path).metadata["sidebyside"]
    assert facts["chapter"] == path.stem[:2]
    assert set(facts["implementations"]) <= set(FRAMEWORKS)
    assert facts["measured"]["cpu_seconds"] > 0
    assert facts["measured"]["peak_memory_mb"] > 0


@by_name(CHAPTERS)
def test_names_an_assignment_that_exists(path):
    assignment = read(path).metadata["sidebyside"].get("assignment")
    assert assignment is None or assignment in assignments()


@by_name(SOURCES)
def test_graded_cells_have_visible_and_hidden_tests_and_points(path):
    for grade_id, cell in graded_cells(read(path)).items():
        before, hidden, rest = cell.source.partition("### BEGIN HIDDEN TESTS")
        _, end, after = rest.partition("### END HIDDEN TESTS")
        assert hidden and end, f"{grade_id} has no hidden tests"
        visible = before + after
        assert "check." in visible, f"{grade_id}: nothing visible"
        assert re.search(r"^\s*# tries: ", hidden + rest, re.M), f"{grade_id}: what does it try?"
        assert cell.metadata.nbgrader.points > 0, grade_id
        assert not cell.metadata.nbgrader.solution, f"{grade_id} would be graded by hand"


@by_name([*EXERCISES, *SOLUTIONS])
def test_tests_are_collapsed(path):
    tests = [cell for _, cell in code_cells(path) if is_test(cell)]
    assert tests
    assert all(cell.metadata.get("jupyter") == {"source_hidden": True} for cell in tests)


@by_name(SOURCES)
def test_likely_causes_stand_in_the_assignments_own_file(path):
    """Every table of hints is used, and every table that a test names is there."""
    used = {x for _, c in code_cells(path) for x in re.findall(r'hints="([^"]*)"', c.source)}
    assert used == set(read_hints(path.stem))


def test_there_are_chapters_and_assignments_to_check():
    assert CHAPTERS and SOURCES and EXERCISES and SOLUTIONS
