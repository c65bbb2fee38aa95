"""The student's side: a shell that serves the examiner. Called in the sandboxed fork."""

from __future__ import annotations

import os
import socket
import sys

from sidebyside.grading.examiner.outputs import Output
from sidebyside.grading.examiner.shell import CellRun, Shell, make_shell
from sidebyside.grading.wire import frameworks
from sidebyside.grading.wire.channel import Channel
from sidebyside.grading.wire.randomness import enter_cell
from sidebyside.grading.wire.serve import serve


class Served:
    """A shell as the wire's server wants it.

    Attributes:
        user_ns: the names of the student's cells.
    """

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.user_ns = shell.user_ns

    def run_cell(self, source: str, cell_id: str) -> CellRun:
        """Run a cell; its generators without a seed depend on its name alone."""
        enter_cell(cell_id)
        return self._shell.run(source, cell_id)

    def take_outputs(self) -> list[Output]:
        """What was printed and shown since the last cell or the last call."""
        self._shell.flush()
        return self._shell.recorder.take()


def main(fds: list[int], argument: dict) -> int:
    """Serve until the examiner closes its end.

    Args:
        fds: the socket to the examiner.
        argument: ``seed``, ``output`` and ``message`` (see ``Limits``).
    """
    channel = Channel(socket.socket(fileno=fds[0]), argument["message"])
    os.environ.setdefault("PYTHONHASHSEED", "0")
    if "" not in sys.path:
        sys.path.insert(0, "")  # modules that belong to the submission, as in JupyterLab
    shell = make_shell(argument["output"])
    frameworks.student(seed=argument["seed"])
    serve(channel, Served(shell))
    return 0
