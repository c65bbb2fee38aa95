"""Cells run by the examiner's shell, in a process of their own as in a fork."""

import json
import os
import subprocess
import sys
import textwrap
import time

import pytest

from sidebyside.authoring.notebooks import ROOT
from sidebyside.grading.examiner.outputs import MOST_OUTPUTS, Recorder, clean_text, sound

RUNNER = """
import json, os, sys, time
answers = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
from sidebyside.grading.examiner.shell import make_shell
began = time.perf_counter()
shell = make_shell(int(sys.argv[1]))
made = time.perf_counter() - began
runs = []
for source in json.load(sys.stdin):
    began = time.perf_counter()
    run = shell.run(source, "cell solve")
    seconds = time.perf_counter() - began
    number = run.value if isinstance(run.value, (int, float)) else None
    runs.append([run.outputs, run.ok, run.error, number, seconds])
json.dump([made, runs], answers)
answers.flush()
"""


class Run:
    def __init__(self, outputs, ok, error, value, seconds):
        self.outputs, self.ok, self.error = outputs, ok, error
        self.value, self.seconds = value, seconds

    @property
    def text(self):
        return "".join(o["text"] for o in self.outputs if o["output_type"] == "stream")

    @property
    def kinds(self):
        return [o["output_type"] for o in self.outputs]


def run_cells(*sources, output=100_000, tmp=None):
    return run_all(sources, output, tmp)[1]


def run_all(sources, output=100_000, tmp=None):
    sources = [textwrap.dedent(source) for source in sources]
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, str(output)],
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        timeout=900,
        cwd=tmp,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    made, runs = json.loads(done.stdout)
    return made, [Run(*run) for run in runs]


def run_cell(source, **options):
    return run_cells(source, **options)[0]


def test_values_prints_and_errors_are_outputs_of_nbformat(tmp_path):
    value, quiet, printed, raised, syntax = run_cells(
        "x = 3\nx",
        "x;",
        "import sys\nprint(1)\nprint(2, file=sys.stderr)\nprint(3)",
        "def f(a):\n    return 1 / a\nf(0)",
        "def g(:",
        tmp=tmp_path,
    )
    assert value.outputs == [
        {
            "output_type": "execute_result",
            "data": {"text/plain": "3"},
            "metadata": {},
            "execution_count": 1,
        }
    ]
    assert value.value == 3
    assert quiet.outputs == []
    assert [(o["name"], o["text"]) for o in printed.outputs] == [
        ("stdout", "1\n"),
        ("stderr", "2\n"),
        ("stdout", "3\n"),
    ]
    assert not raised.ok
    assert raised.error == {"ename": "ZeroDivisionError", "evalue": "division by zero"}
    assert raised.outputs[-1]["traceback"] == [
        "cell solve, line 3",
        "    f(0)",
        "cell solve, line 2, in f",
        "    return 1 / a",
        "ZeroDivisionError: division by zero",
    ]
    assert syntax.error["ename"] == "SyntaxError"
    assert list(tmp_path.iterdir()) == []  # no history, no profile


def test_what_other_processes_and_c_code_write_is_recorded_in_order():
    run = run_cell("import os\nprint('a')\nos.write(1, b'b\\n')\n!echo c\nprint('d')")
    assert run.text == "a\nb\nc\nd\n"
    run = run_cell(
        """
        import multiprocessing, subprocess
        subprocess.run(["echo", "child"])
        p = multiprocessing.get_context("fork").Process(target=print, args=("forked",))
        p.start(); p.join()
        """
    )
    assert sorted(run.text.split()) == ["child", "forked"]


@pytest.mark.parametrize(
    "flood",
    [
        "for i in range(200_000): print(i)",
        "import os\nfor i in range(40): os.write(1, b'x' * 1_000_000)",
        "!yes | head -c 20000000",
        "for i in range(3000): display(i)",
    ],
)
def test_a_flood_is_cut_and_blocks_nothing(flood):
    flooded, after = run_cells(flood, "print('still here')")
    assert flooded.ok
    assert flooded.seconds < 20
    assert "cut off" in flooded.text
    assert len(json.dumps(flooded.outputs)) < 250_000
    assert after.text == "still here\n"


def test_a_deep_recursion_is_reported_quickly():
    run = run_cell("def f(n):\n    return f(n + 1)\nf(0)")
    assert run.error["ename"] == "RecursionError"
    assert run.seconds < 2
    assert len(run.outputs[-1]["traceback"]) < 60


def test_awaiting_at_the_top_level():
    assert run_cell("import asyncio\nawait asyncio.sleep(0.01)\n5").value == 5


def test_nobody_answers_input():
    run = run_cell("input('name?')")
    assert run.error["ename"] == "StdinNotImplementedError"
    assert "nobody is there" in run.error["evalue"]


def test_leaving_ends_the_cell_not_the_process():
    runs = run_cells("import sys\nsys.exit(3)", "exit()", "raise KeyboardInterrupt", "1")
    assert [run.ok for run in runs] == [False, True, False, True]
    assert runs[0].kinds == ["error"]


def test_figures_are_pictures():
    runs = run_cells(
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "fig, ax = plt.subplots()\nplt.show()",
    )
    for run in runs:
        assert [sorted(o["data"]) for o in run.outputs] == [["image/png", "text/plain"]]


def test_clearing_and_updating():
    clear, wait, update = run_cells(
        "from IPython.display import clear_output\nprint(1)\nclear_output()\nprint(2)",
        "print(1)\nclear_output(wait=True)\nprint(2)",
        "h = display('a', display_id=True)\nh.update('b')",
    )
    assert clear.text == wait.text == "2\n"
    assert [o["data"] for o in update.outputs] == [{"text/plain": "'b'"}]


def test_magics():
    runs = run_cells("%%capture out\nprint('hid')", "print(out.stdout)", "%timeit -n1 -r1 1", "%no")
    assert runs[0].outputs == []
    assert "hid" in runs[1].text
    assert "loop" in runs[2].text
    assert runs[3].error["ename"] == "UsageError"


def test_a_lying_exception_is_no_trouble():
    run, after = run_cells(
        "class E(Exception):\n    def __str__(self): return 3\nraise E",
        "class R:\n    def __repr__(self): raise ValueError(1)\nR()",
    )
    assert run.error == {"ename": "E", "evalue": ""}
    assert after.ok


def test_a_shell_is_made_in_little_time():
    times = [run_all([])[0] for _ in range(3)]
    assert min(times) < 0.1, times


# --- outputs ---


def test_sound_keeps_what_nbformat_knows_and_nothing_else():
    made = sound(
        [
            {"output_type": "stream", "name": "stderr", "text": "a\x1b[31mred\x1b[0m\x1b]0;t\x07b"},
            {"output_type": "stream", "name": ["x"], "text": ["b", "c", 3]},
            {"output_type": "display_data", "data": {"text/html": "<b>", "no mime": "x", 3: "y"}},
            {"output_type": "display_data", "data": {"application/json": {"a": [1, float("nan")]}}},
            {"output_type": "execute_result", "data": {"text/plain": "1"}, "execution_count": "7"},
            {"output_type": "error", "ename": 3, "evalue": None, "traceback": "no list", "x": 1},
            {"output_type": "update_display_data", "data": {"text/plain": "1"}},
            {"text": "no type"},
            "nonsense",
            None,
        ],
        1000,
    )
    assert made == [
        {"output_type": "stream", "name": "stderr", "text": "a\x1b[31mred\x1b[0mb"},
        {"output_type": "stream", "name": "stdout", "text": "bc"},
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<b>"}},
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {"application/json": {"a": [1, None]}},
        },
        {
            "output_type": "execute_result",
            "metadata": {},
            "data": {"text/plain": "1"},
            "execution_count": None,
        },
        {"output_type": "error", "ename": "", "evalue": "", "traceback": [": "]},
    ]


@pytest.mark.parametrize("nonsense", [None, 3, "x", {"a": 1}, [[[]]], [{}] * 10])
def test_sound_of_nonsense_is_nothing(nonsense):
    assert sound(nonsense, 1000) == []


def test_sound_is_bounded():
    deep = {}
    for _ in range(2000):
        deep = {"a": deep}
    huge = [{"output_type": "stream", "name": "stdout", "text": "x" * 10**6}] * 10_000
    began = time.monotonic()
    assert len(json.dumps(sound(huge, 1000))) < 100_000
    assert len(json.dumps(sound([_shown(deep)] * 100, 1000))) < 100_000
    assert sound([_shown("x" * 10**7)], 1000) == []
    assert time.monotonic() - began < 5


def _shown(value):
    return {"output_type": "display_data", "data": {"application/json": value}}


@pytest.mark.parametrize(
    "text", ["\x1b[2J", "\x1b]8;;http://x\x07", "\x1bP+q\x1b\\", "\x07", "\x9b31m"[:1], "\x1b[5n"]
)
def test_terminal_escapes_are_removed(text):
    assert clean_text(f"a{text}b") == "ab"


def test_lone_surrogates_become_valid_text():
    clean_text("\ud800").encode("utf-8")


def test_a_recorder_bounds_the_number_of_outputs():
    record = Recorder(1000)
    for _ in range(10 * MOST_OUTPUTS):
        record.show({"text/plain": "1"})
    assert len(record.take()) == MOST_OUTPUTS + 1
    assert record.take() == []
