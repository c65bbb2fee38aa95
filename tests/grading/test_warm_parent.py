"""The warm parent: forks, descriptors, exit codes, and that nothing is ever left behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sidebyside.grading.warm import Child, WarmError, WarmParent, WarmParentLost
from tests.grading import many_threads

CHILDREN = "tests.grading.warm_children"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def parent() -> Iterator[WarmParent]:
    with WarmParent(["numpy"]) as warm:
        yield warm


def told(warm: WarmParent, name: str, argument: dict | None = None) -> tuple[Child, str]:
    """Fork, and read what the child tells until it says no more (or has told one line)."""
    ends, tells = os.pipe()
    with os.fdopen(ends) as reader:
        child = warm.fork(f"{CHILDREN}:{name}", fds=[tells], argument=argument)
        os.close(tells)
        return child, reader.read()


def first_word(warm: WarmParent, name: str, argument: dict | None = None) -> tuple[Child, str]:
    """The same for a child that goes on (and whose own children hold the pipe open)."""
    ends, tells = os.pipe()
    child = warm.fork(f"{CHILDREN}:{name}", fds=[tells], argument=argument)
    os.close(tells)
    text = os.read(ends, 65536).decode()
    os.close(ends)
    return child, text


def runs(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def gone(pids: list[int], seconds: float = 10) -> bool:
    """Wait until none of the processes runs."""
    deadline = time.monotonic() + seconds
    while any(map(runs, pids)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_child_gets_descriptors_and_argument(parent: WarmParent) -> None:
    child, text = told(parent, "hello", {"text": "Grüße", "code": 7})
    assert text == "Grüße"
    assert child.wait(10) == 7
    assert child.poll() == 7
    assert not child.lost and child.problem == ""


def test_threads_of_what_it_imports_do_not_widen_the_allocator() -> None:
    with WarmParent(["tests.grading.many_threads"]) as warm:
        assert warm.skipped == {}
        _, text = told(warm, "threads")
    assert int(text) < many_threads.few()


def test_several_descriptors_arrive_in_order(parent: WarmParent) -> None:
    pipes = [os.pipe() for _ in range(20)]
    child = parent.fork(f"{CHILDREN}:swap", fds=[tells for _, tells in pipes])
    assert child.wait(10) == 0
    for number, (ends, tells) in enumerate(pipes):
        os.close(tells)
        assert os.read(ends, 100) == str(number).encode()
        assert os.read(ends, 100) == b""  # no copy of the other end stays open in the warm parent
        os.close(ends)


def test_too_many_descriptors_are_refused(parent: WarmParent) -> None:
    with pytest.raises(WarmError, match="at most"):
        parent.fork(f"{CHILDREN}:swap", fds=[0] * 61)


def test_argument_is_plain_data(parent: WarmParent) -> None:
    argument = {"a": [1, 2.5, None, True], "b": b"\0\xff" * 2_000_000, "c": "\ud800", "d": {1: "x"}}
    _, text = told(parent, "echo", argument)
    assert text.encode("utf-8", "replace") == repr(argument).encode("utf-8", "replace")
    with pytest.raises(TypeError):
        parent.fork(f"{CHILDREN}:echo", argument={"a": object()})
    assert parent.alive


@pytest.mark.parametrize(
    ("name", "argument", "code"),
    [
        ("nothing", {}, 0),
        ("leave", {"code": 0}, 0),
        ("leave", {"code": 3}, 3),
        ("leave", {"code": None}, 0),
        ("leave", {"code": "a message"}, 1),
        ("fail", {}, 1),
        ("end_by_signal", {"signal": signal.SIGSEGV}, -signal.SIGSEGV),
        ("end_by_signal", {"signal": signal.SIGKILL}, -signal.SIGKILL),
    ],
)
def test_exit_codes(parent: WarmParent, name: str, argument: dict, code: int) -> None:
    child = parent.fork(f"{CHILDREN}:{name}", argument=argument)
    assert child.wait(10) == code


def test_exception_is_logged(parent: WarmParent) -> None:
    parent.fork(f"{CHILDREN}:fail").wait(10)
    assert "ValueError: meant to fail" in parent.log_tail()


@pytest.mark.parametrize("main", ["no_such_module:f", f"{CHILDREN}:no_such_function"])
def test_what_cannot_be_called_is_said(parent: WarmParent, main: str) -> None:
    child = parent.fork(main)
    assert child.wait(10) == 1
    assert "no_such" in child.problem.splitlines()[0]


def test_wait_ends_in_time(parent: WarmParent) -> None:
    child, _ = first_word(parent, "sleep")
    begun = time.monotonic()
    assert child.wait(0.2) is None
    assert 0.15 < time.monotonic() - begun < 2
    assert child.poll() is None
    child.kill()
    assert child.poll() == -signal.SIGKILL
    child.kill()  # a second time: nothing happens


def test_child_starts_like_any_process(parent: WarmParent) -> None:
    _, text = told(parent, "signals")
    assert json.loads(text) == {"sigint": True, "session": True, "gc": True}


def test_kill_ends_the_whole_tree(parent: WarmParent) -> None:
    child, text = first_word(parent, "tree", {"sleep": True})
    pids = json.loads(text)
    assert len(pids) == 3 and all(map(runs, pids))
    child.kill()
    assert not any(map(runs, pids))


def test_end_of_a_child_ends_what_it_left_behind(parent: WarmParent) -> None:
    child, text = first_word(parent, "tree")
    assert child.wait(10) == 0
    assert not any(map(runs, json.loads(text)))


def test_kill_of_a_tree_that_never_stands_still(parent: WarmParent) -> None:
    ends, tells = os.pipe()
    child = parent.fork(f"{CHILDREN}:forks_without_end", fds=[tells])
    os.close(tells)
    with os.fdopen(ends, "rb", buffering=0) as reader:
        assert len(reader.read(1) + reader.read(1)) == 2
        child.kill()
        begun = time.monotonic()
        while reader.read(65536):  # up to the end of file: no process holds the other end
            assert time.monotonic() - begun < 5


def test_many_forks_from_many_threads(parent: WarmParent) -> None:
    def one(number: int) -> tuple[str, int | None]:
        child, text = told(parent, "hello", {"text": f"{number}", "code": number % 5})
        return text, child.wait(20)

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(one, range(200)))
    assert results == [(f"{number}", number % 5) for number in range(200)]


def test_kills_from_many_threads(parent: WarmParent) -> None:
    children = [first_word(parent, "sleep")[0] for _ in range(20)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(Child.kill, children))
    assert {child.poll() for child in children} == {-signal.SIGKILL}
    assert gone([child.pid for child in children], 0)


def test_nothing_leaks_into_a_child(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, parent: WarmParent
) -> None:
    monkeypatch.setenv("GRADER_TOKEN", "a-secret")
    monkeypatch.setenv("LC_TIME", "C")
    (tmp_path / "numpy.py").write_text("raise SystemExit('planted')")
    monkeypatch.chdir(tmp_path)
    with (tmp_path / "open").open("w"), WarmParent(["numpy"]) as warm:
        assert warm.skipped == {}
        other, _ = first_word(warm, "sleep")
        child, text = told(warm, "environment")
        assert child.wait(10) == 0
        other.kill()
    found = json.loads(text)
    assert "a-secret" not in text
    assert found["environ"]["LC_TIME"] == "C"
    assert found["environ"]["PYTHONHASHSEED"] == "0"
    assert found["environ"]["OMP_NUM_THREADS"] == os.environ.get("OMP_NUM_THREADS", "1")
    assert found["cwd"] == "/"
    assert str(tmp_path) not in found["path"] and "" not in found["path"]
    # Standard input, the log (twice), and the pipe: no socket, no pidfd, no task of another child.
    assert len(found["files"]) == 4, found["files"]
    assert found["files"][0] == "/dev/null" and found["files"][-1].startswith("pipe:")
    _, again = told(parent, "environment")
    assert json.loads(again)["hash"] == found["hash"]


def test_what_cannot_be_imported_is_skipped() -> None:
    with WarmParent(["numpy", "no_such_module"]) as warm:
        assert list(warm.skipped) == ["no_such_module"]
        assert "ModuleNotFoundError" in warm.skipped["no_such_module"]
        assert told(warm, "hello")[1] == "hello"


def test_log_in_memory_stays_small() -> None:
    with WarmParent() as warm:
        for _ in range(3):
            assert warm.fork(f"{CHILDREN}:flood").wait(10) == 0
        assert warm.fork(f"{CHILDREN}:fail").wait(10) == 1
        assert os.fstat(warm._log.fileno()).st_size < 1 << 20
        assert "meant to fail" in warm.log_tail()


def test_log_goes_where_it_is_told(tmp_path: Path) -> None:
    log = tmp_path / "warm.log"
    with WarmParent(log=log) as warm:
        warm.fork(f"{CHILDREN}:fail").wait(10)
    assert "meant to fail" in log.read_text()


def test_stop_ends_everything(tmp_path: Path) -> None:
    warm = WarmParent()
    warm.start()
    child, text = first_word(warm, "tree", {"sleep": True})
    pids = json.loads(text)
    warm.stop()
    assert not warm.alive
    assert gone([warm.pid, *pids], 0)
    assert child.wait(10) == -signal.SIGKILL
    with pytest.raises(WarmParentLost):
        warm.fork(f"{CHILDREN}:hello")


def test_lost_parent_is_reported_and_can_be_started_again() -> None:
    with WarmParent() as warm:
        child, text = first_word(warm, "tree", {"sleep": True})
        pids = [warm.pid, *json.loads(text)]
        os.kill(warm.pid, signal.SIGKILL)
        assert child.wait(10) == -signal.SIGKILL
        assert child.lost
        # The daemon too, which no longer had any tie to the warm parent but its environment.
        assert gone([pids[0], pids[1], pids[3]])
        assert not warm.alive
        with pytest.raises(WarmParentLost):
            warm.fork(f"{CHILDREN}:hello")
        warm.start()
        again, text = told(warm, "hello")
        assert (text, again.wait(10), again.lost) == ("hello", 0, False)


def test_forks_under_way_when_the_parent_dies_end_with_an_error() -> None:
    """No thread waits for ever, whatever the moment."""
    with WarmParent() as warm:
        results: list[object] = []

        def fork_on() -> None:
            while True:
                try:
                    results.append(warm.fork(f"{CHILDREN}:sleep", fds=[1]))
                except WarmParentLost as error:
                    results.append(error)
                    return

        threads = [threading.Thread(target=fork_on) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0.3)
        os.kill(warm.pid, signal.SIGKILL)
        for thread in threads:
            thread.join(20)
            assert not thread.is_alive()
        children = [result for result in results if isinstance(result, Child)]
        assert children
        assert {child.wait(10) for child in children} == {-signal.SIGKILL}
        assert gone([child.pid for child in children], 5)


CLIENT = """
import json, os, sys, time
from sidebyside.grading.warm import WarmParent
warm = WarmParent()
warm.start()
ends, tells = os.pipe()
warm.fork("tests.grading.warm_children:tree", fds=[tells], argument={"sleep": True})
pids = [warm.pid, *json.loads(os.read(ends, 1000))]
if "fork" in sys.argv:  # a copy of the client, which holds the socket open
    copy = os.fork()
    if copy == 0:
        time.sleep(30)
        os._exit(0)
    pids.append(copy)
print(json.dumps(pids), flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("how", ["kill", "fork"])
def test_nothing_outlives_a_killed_client(how: str) -> None:
    client = subprocess.Popen(
        [sys.executable, "-c", CLIENT, how],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    pids = json.loads(client.stdout.readline())
    copies = [pids.pop()] if how == "fork" else []
    assert all(map(runs, pids))
    client.kill()
    client.wait()
    client.stdout.close()
    try:
        assert gone(pids), [pid for pid in pids if runs(pid)]
        assert all(map(runs, copies))  # or the test would show nothing
    finally:
        for pid in copies:
            os.kill(pid, signal.SIGKILL)


def test_children_end_with_the_warm_parent_though_the_client_can_do_nothing() -> None:
    client = subprocess.Popen(
        [sys.executable, "-c", CLIENT],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    warm, child, *others = json.loads(client.stdout.readline())
    try:
        client.send_signal(signal.SIGSTOP)
        os.kill(warm, signal.SIGKILL)
        assert gone([warm, child])
    finally:
        for pid in others:  # not in a sandbox, these are beyond the kernel's help
            os.kill(pid, signal.SIGKILL)
        client.kill()
        client.wait()
        client.stdout.close()


def test_client_that_dies_during_the_imports(tmp_path: Path) -> None:
    (tmp_path / "sleeps.py").write_text("print('here', flush=True)\nimport time; time.sleep(60)")
    code = (
        "import pathlib, time; from sidebyside.grading.warm import WarmParent\n"
        f"log = pathlib.Path({str(tmp_path / 'log')!r}); warm = WarmParent(['sleeps'], log=log)\n"
        "warm._launch()\n"
        "while not log.read_text(): time.sleep(0.01)\n"
        "print(warm.pid, flush=True); time.sleep(60)"
    )
    client = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
    )
    pid = int(client.stdout.readline())
    assert runs(pid)
    client.kill()
    client.wait()
    client.stdout.close()
    assert gone([pid])


def test_a_copy_of_the_client_can_neither_fork_nor_stop(parent: WarmParent) -> None:
    pid = os.fork()
    if pid == 0:
        code = 1
        with contextlib.suppress(BaseException):
            parent.stop()
            try:
                parent.fork(f"{CHILDREN}:hello")
            except WarmParentLost:
                code = 0
        os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert parent.alive


def test_unable_to_start_is_an_error_with_the_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "breaks.py").write_text("import os; print('about to end', flush=True); os._exit(5)")
    (tmp_path / "sleeps.py").write_text("import time; time.sleep(3600)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    warm = WarmParent(["breaks"])
    with pytest.raises(WarmError, match=r"breaks(.|\n)*about to end"):
        warm.start()
    begun = time.monotonic()
    with pytest.raises(WarmError, match="took over 1 s"):
        WarmParent(["sleeps"]).start(timeout=1)
    assert time.monotonic() - begun < 1800


def test_selftest_finds_what_makes_forks_hang(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A module that holds a lock in a thread while the parent forks: the well-known trap."""
    (tmp_path / "unsound.py").write_text(
        "import numpy, threading\n"
        "lock = threading.Lock()\n"
        "lock.acquire()\n"
        "numpy.array_equal = lambda *_: lock.acquire()\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with WarmParent(["unsound"]) as warm, pytest.raises(WarmError, match=r"unsound.*numpy product"):
        warm.selftest(timeout=2)
    (tmp_path / "wrong.py").write_text("import numpy\nnumpy.array_equal = lambda *_: False\n")
    with (
        WarmParent(["wrong"]) as warm,
        pytest.raises(WarmError, match=r"failed at 'numpy product'"),
    ):
        warm.selftest(timeout=300)


def test_frameworks_work_in_forks_and_random_numbers_are_fresh() -> None:
    """With both frameworks imported: sound forks, own random numbers, the same from a seed."""
    with WarmParent(["numpy", "torch", "tensorflow"]) as warm:
        if {"torch", "tensorflow"} & warm.skipped.keys():
            pytest.skip(f"not installed: {warm.skipped}")
        assert Path(f"/proc/{warm.pid}/task").is_dir()
        assert len(list(Path(f"/proc/{warm.pid}/task").iterdir())) == 1
        steps = warm.selftest()
        assert {"numpy product", "torch backward", "tensorflow gradient"} <= steps.keys()
        fresh = [json.loads(told(warm, "draw")[1]) for _ in range(2)]
        assert all(one != other for one, other in zip(*fresh, strict=True)), fresh
        seeded = [json.loads(told(warm, "draw", {"seed": 3})[1]) for _ in range(2)]
        assert seeded[0] == seeded[1]
