"""What *Validate* says: points task by task, each failed test in a sentence, what is running."""

import json
import tomllib

import nbformat
import pytest

from sidebyside.authoring.notebooks import ROOT
from sidebyside.grading.validating.validator import ChangedTests, failure, results, validate
from tests.grading.checking_assignment import code, test_cell
from tests.small_assignment import UNSOLVED, one_task


def error(name, message, *traceback):
    return nbformat.v4.new_output("error", ename=name, evalue=message, traceback=[*traceback])


def graded(grade_id, points, *outputs):
    cell = test_cell(grade_id, "assert f()", points=points)
    cell.outputs = [*outputs]
    return cell


def test_points_are_summed_task_by_task():
    heading = nbformat.v4.new_markdown_cell
    notebook = nbformat.v4.new_notebook(
        cells=[
            heading("## Task 1 · One (3 points)\n\nText."),
            graded("a", 2),
            graded("b", 1, error("CheckFailed", "the sum is 2")),
            heading("## Task 2 · Two (1 point)"),
            graded("c", 1),
        ]
    )
    one, two = results(notebook)
    assert one.said == "Task 1 · One: 2 of 3" and one.failures == ("the sum is 2",)
    assert two.said == "Task 2 · Two: 1 of 1" and two.failures == ()


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (error("CheckFailed", "Hint: divide\nthe mean"), "Hint: divide\nthe mean"),
        (error("NotImplementedError", ""), "not answered yet"),
        (
            error(
                "TypeError", "bad operand", "Cell 1\n\x1b[31m----> 2 y = f(None)\x1b[0m\n      3"
            ),
            "TypeError: bad operand\nat: y = f(None)",
        ),
        (nbformat.v4.new_output("stream", name="stderr", text="a warning"), "a warning"),
    ],
)
def test_a_failed_test_says_its_sentence(output, said):
    assert failure(graded("a", 1, output)) == said


def test_a_notebook_is_run_and_what_runs_is_told(tmp_path):
    notebook, told = one_task(UNSOLVED), []
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell("## Doubling (3 points)"))
    nbformat.write(notebook, tmp_path / "doubling.ipynb")
    (found,) = validate(tmp_path / "doubling.ipynb", lambda *what: told.append(what))
    assert found.said == "Doubling: 0 of 3" and found.failures == ("not answered yet",)
    assert ("Doubling", 2, 3) in told


def test_a_changed_test_is_named(tmp_path):
    notebook = one_task()
    notebook.cells[-1].metadata.nbgrader["checksum"] = "0" * 32
    notebook.cells[-1].metadata.nbgrader["cell_type"] = "code"
    nbformat.write(notebook, tmp_path / "doubling.ipynb")
    with pytest.raises(ChangedTests, match=r"1 test cell changed .*assert double\(1\) == 2"):
        validate(tmp_path / "doubling.ipynb")


def test_a_wheel_brings_what_jupyter_reads():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    files = [n for names in settings["tool"]["setuptools"]["data-files"].values() for n in names]
    folder = ROOT / "sidebyside" / "grading" / "validating" / "jupyter"
    assert {ROOT / name for name in files} == {p for p in folder.rglob("*") if p.is_file()}
    entry = json.loads((folder / "labextensions/sidebyside-validate/package.json").read_text())
    built = entry["jupyterlab"]["_build"]["load"]
    assert (folder / "labextensions" / entry["name"] / built).is_file()


def test_cells_without_points_count_for_nothing():
    assert results(nbformat.v4.new_notebook(cells=[code("1", "setup", locked=True)])) == []
