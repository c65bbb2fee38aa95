"""A process with the frameworks imported, that forks an examiner and a student per example.

``python -m tests.grading.frameworks_pair`` reads one JSON request a line from stdin and answers
with one JSON line. No operation of a framework runs in it, as in the grader's warm parent. Kinds:

- ``{"kind": "script", "source": …}``: run the source in a fork; the answer has its ``result``.
- ``{"kind": "wire", "solution": …, "test": …, "both": …}``: run the solution in one fork, the test
  in another, joined by the wire; ``both`` runs on both sides first.
- ``{"kind": "alone", …}``: the same three in one process, as in a student's own notebook.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import socket
import subprocess
import sys
import time
import traceback
from typing import Any

TIMEOUT = 60  # seconds for one example


class Pair:
    """The warm process, from the test's side."""

    def __init__(self, *preload: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.grading.frameworks_pair", *preload],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "OMP_NUM_THREADS": "1"},
            text=True,
        )

    def ask(self, **request: Any) -> dict[str, Any]:
        """The answer to one request: ``{"result": …, "error": … or None}``."""
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def script(self, source: str) -> Any:
        """Run the source in a fork; its variable ``result``."""
        answer = self.ask(kind="script", source=source)
        assert answer["error"] is None, answer["error"]
        return answer["result"]

    def wire(self, solution: str, test: str, both: str = "", **more: Any) -> Any:
        """Run the test against the solution through the wire; the test's ``result``."""
        answer = self.ask(kind="wire", solution=solution, test=test, both=both, **more)
        assert answer["error"] is None, answer["error"]
        return answer["result"]

    def alone(self, solution: str, test: str, both: str = "") -> Any:
        """The same in one process."""
        answer = self.ask(kind="alone", solution=solution, test=test, both=both)
        assert answer["error"] is None, answer["error"]
        return answer["result"]

    def error(self, solution: str, test: str, both: str = "") -> str:
        """The traceback with which the test ends through the wire."""
        answer = self.ask(kind="wire", solution=solution, test=test, both=both)
        assert answer["error"] is not None, f"no error; result: {answer['result']}"
        return answer["error"]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(10)


def answering_with(node: str) -> str:
    """A solution whose f() answers with a node of the wire that its own side would not make."""
    return f"""
from sidebyside.grading.wire import codec
def f():
    return [1, 2]
encode = codec.Encoder.encode
def lie(self, value):
    return {node} if value == [1, 2] else encode(self, value)
codec.Encoder.encode = lie
"""


def close(one: Any, other: Any) -> bool:
    """Whether two results are the same up to the last digits of single precision."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(close, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and close(list(one.values()), list(other.values()))
    if isinstance(one, float) and isinstance(other, float):
        return one == other or math.isclose(one, other, rel_tol=2e-5, abs_tol=1e-6)
    return type(one) is type(other) and one == other


# Inside the warm process


def _plain(value: Any) -> Any:
    """Arrays and tensors as nested lists, so that JSON holds them; floats keep all digits."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "detach"):
        value = value.detach().float() if str(value.dtype) == "torch.bfloat16" else value.detach()
    if hasattr(value, "numpy"):
        value = value.numpy()
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, complex):
        return [value.real, value.imag]
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _in_fork(work: Any) -> dict[str, Any]:
    """Call ``work`` in a fork; its answer, or what ended it."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        try:
            answer = {"result": _plain(work()), "error": None}
            text = json.dumps(answer)
        except BaseException:
            text = json.dumps({"result": None, "error": traceback.format_exc()})
        with os.fdopen(write, "w") as stream, contextlib.suppress(BrokenPipeError):
            stream.write(text)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as stream:
        text = stream.read()
    _, status = os.waitpid(pid, 0)
    return json.loads(text) if text else {"result": None, "error": f"died: {status}"}


def _execute(source: str, space: dict[str, Any], name: str) -> None:
    exec(compile(source, name, "exec"), space)


def _alone(request: dict[str, Any]) -> Any:
    space: dict[str, Any] = {"__name__": "__main__"}
    for part in ("both", "solution", "test"):
        _execute(request.get(part) or request.get("source", ""), space, f"<{part}>")
    return space.get("result")


def _script(request: dict[str, Any]) -> Any:
    space: dict[str, Any] = {"__name__": "__main__"}
    _execute(request["source"], space, "<script>")
    return space.get("result")


def _wire(request: dict[str, Any]) -> Any:
    from tests.grading import frameworks_support as support

    mine, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        mine.close()
        os.close(1)
        os.open(os.devnull, os.O_WRONLY)
        try:
            support.student(theirs, request)
        finally:
            os._exit(0)
    theirs.close()
    try:
        return support.examiner(mine, request, time.monotonic() + TIMEOUT)
    finally:
        mine.close()
        os.waitpid(pid, 0)


def main() -> None:
    for name in sys.argv[1:]:
        __import__(name)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    works = {"script": _script, "wire": _wire, "alone": _alone}
    for line in sys.stdin:
        request = json.loads(line)
        answer = _in_fork(lambda request=request: works[request["kind"]](request))
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
