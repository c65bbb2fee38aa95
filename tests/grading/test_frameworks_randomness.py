"""Random numbers of the grader's processes: the same on both sides, the same in every run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.grading.frameworks_pair import Pair

DRAW = """
import random
import numpy as np

def draw():
    found = [random.random(), random.gauss(0, 1), np.random.rand(), np.random.normal()]
    import sys
    if "torch" in sys.modules:
        found.append(sys.modules["torch"].rand(3))
    if "tensorflow" in sys.modules:
        found.append(sys.modules["tensorflow"].random.normal((2,)))
    if "keras" in sys.modules:
        found.append(sys.modules["keras"].random.normal((2,)))
    return found
"""


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    made = Pair("numpy", "torch", "tensorflow", "keras")
    yield made
    made.close()


@pytest.fixture(scope="module")
def bare() -> Iterator[Pair]:
    made = Pair("numpy")
    yield made
    made.close()


def test_unseeded_generators_repeat_by_seed_cell_and_count(pair: Pair) -> None:
    source = """
import random
import numpy as np
from sidebyside.grading.wire import randomness
randomness.seed_everything({seed}, {cell!r})
makers = [np.random.default_rng, np.random.RandomState, random.Random]
result = [float(maker().random()) for maker in makers + makers]
np.random.seed(); result.append(np.random.rand())
random.seed(); result.append(random.random())
np.random.seed(None); result.append(np.random.rand())
result.append(int(np.random.SeedSequence().entropy % 1000))
import torch
torch.seed(); result.append(float(torch.rand(())))
"""
    first = pair.script(source.format(seed=7, cell="a"))
    assert first == pair.script(source.format(seed=7, cell="a"))
    assert len(set(first)) == len(first), "two generators got the same entropy"
    for other in (pair.script(source.format(seed=7, cell="b")),):
        assert not set(first) & set(other)
    assert not set(first) & set(pair.script(source.format(seed=8, cell="a")))


def test_global_generators_are_seeded_once(pair: Pair) -> None:
    source = (
        DRAW
        + """
from sidebyside.grading.wire import randomness
randomness.seed_everything(5, "first")
result = [draw()]
randomness.seed_everything(5, "second")
result.append(draw())
randomness.enter_cell("third")
result.append(draw())
"""
    )
    first = pair.script(source)
    assert first == pair.script(source)
    assert first[0] != first[1] != first[2] != first[0], "a cell began the global streams again"


@pytest.mark.parametrize("package", ["torch"])
def test_packages_imported_later_are_seeded(bare: Pair, package: str) -> None:
    source = f"""
from sidebyside.grading.wire import randomness
randomness.seed_everything(5, "first")
import sys
assert {package!r} not in sys.modules, "imported by the grader"
import {package}
result = {package}.rand(3)
"""
    assert bare.script(source) == bare.script(source)


def test_nothing_is_imported(bare: Pair) -> None:
    source = """
import sys
import sidebyside.grading.wire.frameworks
from sidebyside.grading.wire import randomness
randomness.seed_everything(1, "c")
randomness.apply(randomness.Watcher().changes())
result = [name for name in ("torch", "tensorflow", "keras") if name in sys.modules]
"""
    assert bare.script(source) == []


STEPS = {
    "nothing": "pass",
    "draw": "draw()",
    "random": "random.seed(3)",
    "numpy": "np.random.seed(3)",
    "torch": "torch.manual_seed(3)",
    "torch alias": "manual_seed(3)",
    "tensorflow": "tf.random.set_seed(3)",
    "keras": "keras.utils.set_random_seed(3)",
    "state": "torch.random.set_rng_state(kept[0]); np.random.set_state(kept[1])",
}


@pytest.mark.parametrize("step", STEPS)
def test_the_student_follows_the_examiner(pair: Pair, step: str) -> None:
    """Before the second call E does ``step``; the student's next numbers follow it, or go on."""
    source = (
        DRAW
        + f"""
import json, os
import torch, tensorflow as tf, keras
from sidebyside.grading.wire import randomness
read, write = os.pipe()
back_read, back_write = os.pipe()
pid = os.fork()
randomness.seed_everything(9, "cell")
from torch import manual_seed
def plain(found):
    return [item.numpy().tolist() if hasattr(item, "numpy") else item for item in found]
if pid == 0:
    stream = os.fdopen(read, "rb")
    for _ in range(3):
        size = int(stream.readline())
        found = eval(stream.read(size))
        if found is not None:
            randomness.apply(found)
        os.write(back_write, (json.dumps(plain(draw())) + "\\n").encode())
    os._exit(0)
watcher = randomness.Watcher()
answers = os.fdopen(back_read)
def call():
    text = repr(watcher.changes()).encode()
    os.write(write, f"{{len(text)}}\\n".encode() + text)
    return json.loads(answers.readline())
torch.manual_seed(3); np.random.seed(3); random.seed(3); keras.utils.set_random_seed(3)
kept = torch.get_rng_state(), np.random.get_state()
first = call()
{STEPS[step]}
second = call()
mine = plain(draw())
third = call()
os.waitpid(pid, 0)
result = [first, second, third, mine]
"""
    )
    first, second, third, mine = pair.script(source)
    again = [one == two for one, two in zip(first, second, strict=True)]
    #             random gauss  numpy normal torch tensorflow keras
    expected = {
        "nothing": [False] * 7,
        "draw": [False] * 7,
        "random": [True, True, False, False, False, False, False],
        "numpy": [False, False, True, True, False, False, False],
        "torch": [False, False, False, False, True, False, False],
        "torch alias": [False] * 4 + [True, False, False],
        "tensorflow": [False] * 5 + [True, False],
        "keras": [True, True, True, True, False, True, True],
        "state": [False, False, True, True, True, False, False],
    }[step]
    assert again == expected
    if step == "nothing":
        assert mine == first, "the student's draws reached the examiner's generators"
    if step == "draw":
        assert second[:5] == mine[:5], "the student did not go on from the examiner's state"
    if step == "keras":
        assert third != second


def test_unseeded_generators_of_a_call_depend_on_the_test_cell(pair: Pair) -> None:
    solution = "import numpy as np\ndef draw():\n    return np.random.default_rng().random()\n"
    test = """
from sidebyside.grading.wire import randomness
{before}
randomness.enter_cell("test")
result = [draw(), draw()]
"""
    plain = pair.wire(solution, test.format(before=""))
    assert plain[0] != plain[1]
    assert pair.wire(solution, test.format(before="draw(), draw()")) == plain
