"""Sandboxed children of the warm parent. Every end must reach all of the sandbox's processes: the
test holds the other end of a pipe that each of them keeps open, and reads its end of file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from sidebyside.grading.contract import Limits
from sidebyside.grading.sandbox import Sandbox, probe
from sidebyside.grading.warm import Child, WarmParent
from tests.grading.test_warm_parent import CHILDREN, ROOT, gone

if any(one.needed and not one.available for one in probe()):
    pytest.skip("this machine offers no sandbox", allow_module_level=True)

SANDBOX = Sandbox(limits=Limits(), files={"data/a.bin": b"\0\xff"})


@pytest.fixture(scope="module")
def parent() -> Iterator[WarmParent]:
    with WarmParent(["numpy"]) as warm:
        yield warm


def start(warm: WarmParent, name: str, words: int) -> tuple[Child, int]:
    """Fork into the sandbox; wait for so many bytes; the child and the pipe's end."""
    ends, tells = os.pipe()
    child = warm.fork(f"{CHILDREN}:{name}", fds=[tells], sandbox=SANDBOX)
    os.close(tells)
    for _ in range(words):
        assert os.read(ends, 1), child.problem
    return child, ends


def closed(ends: int, seconds: float = 5) -> bool:
    """Whether all processes that hold the pipe's other end are gone, soon."""
    deadline = time.monotonic() + seconds
    os.set_blocking(ends, False)
    while time.monotonic() < deadline:
        try:
            if os.read(ends, 65536) == b"":
                os.close(ends)
                return True
        except BlockingIOError:
            time.sleep(0.01)
    return False


def test_child_is_inside_with_its_files(parent: WarmParent) -> None:
    ends, tells = os.pipe()
    child = parent.fork(
        f"{CHILDREN}:inside", fds=[tells], sandbox=SANDBOX, argument={"text": "é", "raw": "x"}
    )
    os.close(tells)
    with os.fdopen(ends) as reader:
        text = reader.read()
    assert child.wait(10) == 9, child.problem
    found = json.loads(text)
    assert found["cwd"] == ["data"]
    assert found["content"] == "00ff"
    assert found["argument"] == {"text": "é", "raw": "x"}
    assert len(found["files"]) == 4 and found["files"][:3] == ["/dev/null"] * 3


@pytest.mark.parametrize("code", [signal.SIGSEGV, signal.SIGKILL])
def test_signals_are_reported(parent: WarmParent, code: int) -> None:
    child = parent.fork(f"{CHILDREN}:end_by_signal", argument={"signal": code}, sandbox=SANDBOX)
    assert child.wait(10) == -code


def test_kill_reaches_all(parent: WarmParent) -> None:
    child, ends = start(parent, "daemons", 2)
    usage = child.usage()
    assert usage.processes >= 3 and usage.resident_bytes > 1_000_000
    child.kill()
    assert closed(ends)


def test_kill_of_a_tree_that_never_stands_still(parent: WarmParent) -> None:
    child, ends = start(parent, "forks_without_end", 2)
    child.kill()
    assert closed(ends)


def test_loss_of_the_warm_parent_reaches_all() -> None:
    with WarmParent() as warm:
        child, ends = start(warm, "daemons", 2)
        os.kill(warm.pid, signal.SIGKILL)
        assert closed(ends)
        assert child.wait(10) == -signal.SIGKILL and child.lost


CLIENT = """
import os, sys, time
from sidebyside.grading.warm import WarmParent
from tests.grading.test_warm_sandbox import SANDBOX
warm = WarmParent()
warm.start()
warm.fork("tests.grading.warm_children:daemons", fds=[int(sys.argv[1])], sandbox=SANDBOX)
os.close(int(sys.argv[1]))
time.sleep(600)
"""


def test_death_of_the_client_reaches_all() -> None:
    ends, tells = os.pipe()
    client = subprocess.Popen(
        [sys.executable, "-c", CLIENT, str(tells)],
        pass_fds=[tells],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    os.close(tells)
    assert os.read(ends, 1) and os.read(ends, 1)
    client.kill()
    client.wait()
    assert closed(ends)


def test_sandbox_that_cannot_be_made_is_said(parent: WarmParent) -> None:
    child = parent.fork(f"{CHILDREN}:hello", sandbox=Sandbox(bind=(("/no/such/place", "/place"),)))
    assert child.wait(10) == 1
    assert "SandboxError" in child.problem.splitlines()[0], child.problem
    assert gone([child.pid])
