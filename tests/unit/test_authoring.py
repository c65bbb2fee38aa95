"""What authors run: executing, normalising, nbval, releasing, reading answers."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from sidebyside.authoring import nbval, release
from sidebyside.authoring.answers import AnswerError, lanes, read_answer
from sidebyside.authoring.execute import execute
from sidebyside.authoring.notebooks import (
    ROOT,
    NotebookError,
    assignments,
    chapters,
    normalise,
    read,
    write,
)
from tests.small_assignment import one_task


def notebook_of(*sources, path=None, **metadata):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook.metadata.update(metadata)
    if path is not None:
        write(notebook, path)
    return notebook


# executing


def test_execute_stores_outputs_and_measured_facts(tmp_path):
    path = tmp_path / "a.ipynb"
    notebook_of("x = 20", "print(x + 1)", "x * 2", path=path)
    notebook = execute(path)
    assert notebook.cells[1].outputs[0].text == "21\n"
    assert notebook.cells[2].outputs[0].data["text/plain"] == "40"
    assert [cell.execution_count for cell in notebook.cells] == [1, 2, 3]
    facts = notebook.metadata["sidebyside"]["measured"]
    assert 0 < facts["cpu_seconds"] < 60 and facts["peak_memory_mb"] > 10


def test_what_is_measured_is_the_kernels_processor_time_and_not_its_waiting(tmp_path):
    path = tmp_path / "a.ipynb"
    notebook_of("import time", "time.sleep(10)", path=path)
    assert execute(path).metadata["sidebyside"]["measured"]["cpu_seconds"] < 10


@pytest.mark.parametrize(
    ("source", "says"),
    [("1 / 0", "ZeroDivisionError"), ("import sys; print('oh', file=sys.stderr)", "stderr")],
)
def test_execute_refuses_a_notebook_that_fails_or_writes_to_stderr(tmp_path, source, says):
    path = tmp_path / "bad.ipynb"
    notebook_of("1", source, path=path)
    before = path.read_bytes()
    with pytest.raises(NotebookError, match=says) as caught:
        execute(path)
    assert "bad.ipynb" in str(caught.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize("source", ["1 / 0", "import os; os._exit(1)"])
def test_execute_names_the_cell_that_failed_or_killed_its_kernel(tmp_path, source):
    path = tmp_path / "bad.ipynb"
    notebook_of("1", source, "2", path=path)
    with pytest.raises(NotebookError, match=r"bad\.ipynb, cell 1, failed"):
        execute(path)


def test_execute_names_a_file_that_is_not_a_notebook(tmp_path):
    path = tmp_path / "broken.ipynb"
    path.write_text("{")
    with pytest.raises(NotebookError, match=r"broken\.ipynb is not a readable notebook"):
        execute(path)


# normalising


def test_normalise_strips_what_differs_between_machines():
    notebook = notebook_of("print(1)", language_info={"name": "python", "version": "3.11.7"})
    notebook.metadata["widgets"] = {"state": {}}
    notebook.metadata["sidebyside"] = {"chapter": "04"}
    cell = notebook.cells[0]
    cell.metadata.update(execution={"iopub.execute_input": "2026-01-01"}, tags=["numpy"])
    cell.outputs = [
        nbformat.v4.new_output("stream", name="stdout", text=f"{ROOT}/notebooks\n"),
        nbformat.v4.new_output("stream", name="stdout", text=f"{Path.home()}/x\n"),
    ]
    normalise(notebook)
    assert notebook.metadata["sidebyside"] == {"chapter": "04"}
    assert "widgets" not in notebook.metadata and "version" not in notebook.metadata.language_info
    assert cell.metadata == {"tags": ["numpy"]}
    assert [output.text for output in cell.outputs] == ["./notebooks\n~/x\n"]


def test_an_unknown_chapter_or_assignment_is_named():
    with pytest.raises(NotebookError, match="99-nothing"):
        chapters("99-nothing")
    with pytest.raises(NotebookError, match="'nothing'"):
        assignments("nothing")


# nbval


def run_nbval(path):
    command = [sys.executable, "-m", "sidebyside.authoring.nbval", str(path)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_nbval_passes_a_notebook_that_still_gives_its_stored_outputs(tmp_path):
    path = tmp_path / "a.ipynb"
    notebook_of("print('differences 1.2e-16 0.0e+00')", "2 + 2", path=path)
    notebook = execute(path)
    # Rounding differs between machines.
    notebook.cells[0].outputs[0].text = "differences 0.0e+00 3.3e-15\n"
    write(notebook, path)
    assert run_nbval(path).returncode == 0


@pytest.mark.parametrize("spoil", ["output", "assertion"])
def test_nbval_can_go_red(tmp_path, spoil):
    path = tmp_path / "canary.ipynb"
    notebook_of("print(2 + 2)", "x = 1\nassert x == 1", path=path)
    notebook = execute(path)
    if spoil == "output":
        notebook.cells[0].outputs[0].text = "5\n"
    else:
        notebook.cells[1].source = "assert False, 'canary'"
    write(notebook, path)
    result = run_nbval(path)
    assert result.returncode == 1, result.stdout


def test_nbval_without_any_cell_is_a_failure(tmp_path):
    path = tmp_path / "empty.ipynb"
    notebook_of(path=path)
    assert run_nbval(path).returncode == 5


def test_nbval_runs_every_chapter_and_solution():
    paths = {Path(path) for path in nbval.default_paths()}
    assert set(chapters()) <= paths and ROOT / "book" / "index.ipynb" in paths
    assert {ROOT / "solutions" / name / f"{name}.ipynb" for name in assignments()} <= paths


def test_the_gpu_run_fails_where_no_gpu_is_visible():
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("a GPU is visible")
    assert nbval.run([], gpu=True) == 1


# releasing


def assignment_in(folder, **body):
    (folder / "source" / "tiny").mkdir(parents=True)
    write(one_task(**body), folder / "source" / "tiny" / "tiny.ipynb")


def test_release_hides_solution_and_hidden_tests_and_runs_the_reference(tmp_path, monkeypatch):
    assignment_in(tmp_path)
    monkeypatch.setattr(release, "ROOT", tmp_path)
    release.release("tiny")
    exercise = (tmp_path / "exercises" / "tiny" / "tiny.ipynb").read_text()
    assert "NotImplementedError" in exercise
    assert "return 2 * x" not in exercise and "double(7)" not in exercise
    solution = read(tmp_path / "solutions" / "tiny" / "tiny.ipynb")
    assert [cell.execution_count for cell in solution.cells] == [1, 2]


def test_release_refuses_a_reference_that_fails_its_own_tests_and_changes_nothing(
    tmp_path, monkeypatch
):
    assignment_in(tmp_path, body="return 3 * x")
    monkeypatch.setattr(release, "ROOT", tmp_path)
    with pytest.raises(NotebookError, match="test-double"):
        release.release("tiny")
    assert not (tmp_path / "exercises").exists() and not (tmp_path / "solutions").exists()


# answers


def answer_file(folder, text, kind="wrong"):
    path = folder / "attention" / kind / "softmax--no-shift.py"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return path


def test_a_wrong_answer_says_what_it_loses(tmp_path):
    header = "# task: softmax\n# loses: test-a 2, test-b 0.5\n# mistake: no max-shift\nx = 1\n"
    answer = read_answer(answer_file(tmp_path, header))
    assert (answer.assignment, answer.task, answer.right) == ("attention", "softmax", False)
    assert answer.loses == {"test-a": 2.0, "test-b": 0.5}
    assert str(answer) == "attention/wrong/softmax--no-shift"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("# task: softmax\n# mistake: m\n", "'# loses: …'"),
        ("# task: softmax\n# loses: test-a\n# mistake: m\n", "GRADE-ID POINTS"),
        ("# loses: test-a 2\n# mistake: m\n", "'# task: …'"),
    ],
)
def test_a_malformed_answer_is_named(tmp_path, text, says):
    with pytest.raises(AnswerError, match=says) as caught:
        read_answer(answer_file(tmp_path, text))
    assert "softmax--no-shift.py" in str(caught.value)


def test_lanes_hold_one_answer_a_task(tmp_path):
    header = "# task: {}\n# loses: t 1\n# mistake: m\n"
    answers = []
    for number, task in enumerate(["a", "a", "b", "a", "b"]):
        answers.append(read_answer(answer_file(tmp_path / str(number), header.format(task))))
    tasks = [[answer.task for answer in lane] for lane in lanes(answers)]
    assert tasks == [["a", "b"], ["a", "b"], ["a"]]
