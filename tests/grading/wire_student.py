"""A student's process for tests of the wire: forked, not sandboxed, with a shell that uses exec."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import socket
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from sidebyside.grading.wire.channel import Channel
from sidebyside.grading.wire.remote import CellRun, Remote
from sidebyside.grading.wire.serve import serve

SECONDS = 20.0  # after which a test gives up


class ExecShell:
    """The smallest shell: ``exec``, and what is printed becomes a stream output."""

    def __init__(self) -> None:
        self.user_ns: dict[str, Any] = {"__name__": "__main__"}
        self._printed = io.StringIO()
        self._redirect = contextlib.redirect_stdout(self._printed)
        self._redirect.__enter__()

    def run_cell(self, source: str, cell_id: str) -> CellRun:
        error = None
        try:
            exec(compile(source, cell_id, "exec"), self.user_ns)
        except BaseException as caught:
            error = f"{type(caught).__name__}: {caught}"
        return CellRun(self.take_outputs(), error is None, error)

    def take_outputs(self) -> list[dict[str, Any]]:
        text = self._printed.getvalue()
        if not text:
            return []
        self._printed.seek(0)
        self._printed.truncate()
        return [{"output_type": "stream", "name": "stdout", "text": text}]


@contextlib.contextmanager
def forked(main: Callable[[socket.socket], None]) -> Iterator[tuple[socket.socket, int]]:
    """A child process that runs ``main`` with its end of a socket pair; killed at the end."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if not pid:
        try:
            ours.close()
            signal.alarm(60)
            main(theirs)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    theirs.close()
    try:
        yield ours, pid
    finally:
        ours.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


@contextlib.contextmanager
def student(source: str = "", limit: int = 2**28, **options: Any) -> Iterator[Remote]:
    """A Remote whose student's process has run ``source``."""
    with forked(lambda sock: serve(Channel(sock, limit), ExecShell())) as (sock, _):
        end = time.monotonic() + SECONDS
        remote = Remote(Channel(sock, limit), **{"deadline": lambda: end, **options})
        run = remote.run("first", source)
        assert run.ok, run.error
        yield remote
