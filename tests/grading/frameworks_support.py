"""The two ends for `frameworks_pair`: a plain namespace instead of a shell."""

from __future__ import annotations

import socket
import traceback
from types import SimpleNamespace
from typing import Any


class _Shell:
    def __init__(self) -> None:
        self.user_ns: dict[str, Any] = {"__name__": "__main__"}

    def run_cell(self, source: str, cell_id: str) -> Any:
        try:
            exec(compile(source, f"<{cell_id}>", "exec"), self.user_ns)
        except BaseException:
            return SimpleNamespace(outputs=[], ok=False, error=traceback.format_exc())
        return SimpleNamespace(outputs=[], ok=True, error=None)

    def take_outputs(self) -> list[dict[str, Any]]:
        return []


def student(sock: socket.socket, request: dict[str, Any]) -> None:
    from sidebyside.grading.wire import frameworks
    from sidebyside.grading.wire.channel import Channel
    from sidebyside.grading.wire.serve import serve

    frameworks.student(seed=request.get("seed", 1))
    serve(Channel(sock), _Shell())


def examiner(sock: socket.socket, request: dict[str, Any], deadline: float) -> Any:
    from sidebyside.grading.wire import frameworks
    from sidebyside.grading.wire.channel import Channel
    from sidebyside.grading.wire.remote import Remote

    remote = Remote(Channel(sock), deadline=lambda: deadline)
    frameworks.examiner(remote, seed=request.get("seed", 1))
    space: dict[str, Any] = {"__name__": "__main__", "_remote": remote}
    for part in ("both", "solution"):
        run = remote.run(part, request.get(part, ""))
        assert run.ok, run.error
        if part == "both":
            exec(compile(request.get(part, ""), "<both>", "exec"), space)
            before = set(remote.names())
    values, problems = remote.fetch_all(sorted(set(remote.names()) - before))
    assert not problems or request.get("problems"), problems
    space.update(values)
    exec(compile(request["test"], "<test>", "exec"), space)
    return space.get("result")
