"""Landlock by itself, without the new root in front of it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sidebyside.grading.sandbox import landlock, linux
from tests.grading.sandbox_attempts import open_directory

pytestmark = pytest.mark.skipif(
    not landlock.version(), reason="the kernel of this machine has no Landlock"
)


def restricted(work: Callable[[], Any], *, read: list[str], write: list[str]) -> Any:
    """Run ``work`` in a child that Landlock holds, in nothing else."""
    receive, send = os.pipe()
    child = os.fork()
    if not child:
        try:
            linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
            landlock.restrict(read=read, write=write, devices=["/dev/null"])
            os.write(send, json.dumps(work()).encode())
        finally:
            os._exit(0)
    os.close(send)
    with open(receive, "rb") as file:
        words = file.read()
    os.waitpid(child, 0)
    return json.loads(words)


def allowed(change: Callable[[], object]) -> bool:
    try:
        change()
    except PermissionError:
        return False
    return True


def test_files_are_walled() -> None:
    with open_directory() as here, open_directory() as there, open_directory() as other:
        for folder in (here, there, other):
            (folder / "file").write_text("x")

        def work() -> list[bool]:
            return [
                allowed((here / "file").read_text),
                allowed((there / "file").read_text),
                allowed(lambda: (there / "new").write_text("x")),
                allowed(lambda: (there / "new").rename(there / "newer")),
                allowed(lambda: Path("/dev/null").write_text("x")),
                allowed((other / "file").read_text),
                allowed(Path("/etc/passwd").read_text),
                allowed(lambda: (here / "file").write_text("x")),
                allowed(lambda: os.truncate(here / "file", 0)),
                allowed(lambda: (here / "new").mkdir()),
                allowed((here / "file").unlink),
                allowed(lambda: (here / "link").symlink_to("/")),
                allowed(lambda: (there / "file").rename(other / "moved")),
            ]

        truncation = landlock.version() < 3
        expected = [True] * 5 + [False] * 3 + [truncation] + [False] * 4
        assert restricted(work, read=[str(here)], write=[str(there)]) == expected


@pytest.mark.skipif(landlock.version() < 4, reason="needs version 4 of Landlock")
def test_connections_are_walled() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()

        def work() -> list[bool]:
            return [
                allowed(lambda: socket.create_connection(address).close()),
                allowed(lambda: socket.create_server(("127.0.0.1", 0)).close()),
            ]

        assert restricted(work, read=["/"], write=[]) == [False, False]


@pytest.mark.skipif(landlock.version() < 6, reason="needs version 6 of Landlock")
def test_signals_and_abstract_sockets_are_walled() -> None:
    name = f"\0sidebyside-landlock-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)
        server.listen()
        parent = os.getpid()

        def connect() -> None:
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(name)

        def work() -> list[bool]:
            return [allowed(lambda: os.kill(parent, 0)), allowed(connect)]

        assert restricted(work, read=["/"], write=[]) == [False, False]
