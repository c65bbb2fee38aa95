"""Trying things inside a sandbox, from a test, with limits and a time-out outside."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sidebyside.grading.sandbox import Sandbox, SandboxError, enter, probe
from tests.grading.ordinary_user import become_ordinary_user, become_root_of_a_container

ROOT, ORDINARY = "root", "ordinary"
ROOTS_OF_CONTAINERS = ("root without CAP_SYS_ADMIN", "root of a user namespace")
USERS = (ROOT, ORDINARY) if os.geteuid() == 0 else (ORDINARY,)

_missing = [found.name for found in probe() if found.missing]
needs_sandbox = pytest.mark.skipif(
    bool(_missing), reason=f"this machine can't make a sandbox: missing {', '.join(_missing)}"
)


@dataclass
class Attempt:
    """What came back: the value, or the error's type, number and text; and how the process ended
    (exit code, or minus the signal; None if it had to be killed after the time-out)."""

    value: Any = None
    error: str = ""
    code: int | None = None
    message: str = ""
    status: int | None = None


def inside(
    work: Callable[[], Any],
    user: str,
    sandbox: Sandbox | None = None,
    *,
    keep: Sequence[int] = (),
    seconds: float = 20,
    before: Callable[[], None] = lambda: None,
    meanwhile: Callable[[int], None] = lambda pid: None,
    own_session: bool = True,
) -> Attempt:
    """Run ``work`` in a sandbox; its result must be plain data.

    Args:
        before: called outside, as the user, before entering.
        meanwhile: called in the test with the number of the sandbox's outer process.
        own_session: whether the process leaves the test's process group before it enters.
    """
    receive, send = os.pipe()
    child = os.fork()
    if not child:
        if own_session:  # so that a broken sandbox does not end the tests
            os.setsid()
        _child(work, user, sandbox or Sandbox(), [*keep, send], send, before)
    os.close(send)
    meanwhile(child)
    attempt, end = Attempt(), time.monotonic() + seconds
    words = b""
    while select.select([receive], [], [], max(0, end - time.monotonic()))[0]:
        part = os.read(receive, 1 << 20)
        if not part:
            break
        words += part
    else:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        child = 0
    os.close(receive)
    if words:
        attempt = Attempt(**json.loads(words))
    if child:
        _, status = os.waitpid(child, 0)
        attempt.status = os.waitstatus_to_exitcode(status)
    return attempt


def _child(
    work: Callable[[], Any],
    user: str,
    sandbox: Sandbox,
    keep: list[int],
    send: int,
    before: Callable[[], None],
) -> None:
    outer = os.getpid()
    found: dict[str, Any] = {}
    try:
        if user == ORDINARY and os.geteuid() == 0:
            become_ordinary_user()
        elif user in ROOTS_OF_CONTAINERS:
            become_root_of_a_container(rights=user == ROOTS_OF_CONTAINERS[0])
        before()
        enter(sandbox, keep=keep)
        found = {"value": work()}
    except BaseException as error:
        found = {"error": type(error).__name__, "message": str(error)}
        found["code"] = getattr(error, "errno", None)
    finally:
        os.write(send, json.dumps(found).encode())
        entered = os.getpid() != outer
        os._exit(0 if entered else 3)


@contextlib.contextmanager
def open_directory() -> Iterator[Path]:
    """A temporary directory that every user can read: pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


def refused(user: str, sandbox: Sandbox, **options: Any) -> str:
    """The message of the SandboxError with which a sandbox is refused; its code must not run."""
    attempt = inside(lambda: "ran", user, sandbox, **options)
    assert attempt.value is None, "the code ran"
    assert attempt.error == SandboxError.__name__, attempt
    assert attempt.status == 3, "the error did not reach the calling process"
    return attempt.message
