"""Process trees on Linux: who descends from whom, and ending all of them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from collections.abc import Iterator
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """Have the kernel send this process SIGKILL when the thread that forked it ends."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, in place of ``init``."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, f"prctl({option}): {os.strerror(number)}")


def processes() -> Iterator[tuple[int, int, int, str]]:
    """``(pid, parent's pid, process group, state letter)`` of every process in ``/proc``."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                # The name, in parentheses, may itself contain anything: split behind the last one.
                fields = Path("/proc", name, "stat").read_bytes().rpartition(b")")[2].split()
                yield int(name), int(fields[1]), int(fields[2]), fields[0].decode()


def children_of(parent: int) -> set[int]:
    """The pids of a process's own children, zombies included."""
    try:
        found = set()
        for task in Path("/proc", str(parent), "task").iterdir():
            found |= {int(word) for word in (task / "children").read_bytes().split()}
        return found
    except OSError:  # a kernel without CONFIG_PROC_CHILDREN
        return {pid for pid, its_parent, _, _ in processes() if its_parent == parent}


def tree(root: int) -> dict[int, int]:
    """A process and all its descendants, zombies excluded: pid → process group."""
    by_parent: dict[int, list[int]] = {}
    groups = {}
    for pid, parent, group, state in processes():
        by_parent.setdefault(parent, []).append(pid)
        if state not in "ZX":
            groups[pid] = group
    found, todo = {root}, [root]
    while todo:
        for pid in by_parent.get(todo.pop(), ()):
            if pid not in found:
                found.add(pid)
                todo.append(pid)
    return {pid: groups[pid] for pid in found & groups.keys()}


def kill_tree(root: int) -> None:
    """SIGKILL a process and all its descendants, even while they fork.

    Everything is stopped first, until a look finds nothing new, and then killed; whole process
    groups at a time, because no fork escapes a signal to its group. (Processes that change their
    group and fork and end without a pause could escape. In a sandbox they can't: its PID namespace
    ends with its first process.) Descendants that left their session are found too, as long as
    ``root`` adopts orphans.

    ``root`` must be a child that the caller has not waited for, so that its pid can't have been
    given to another process, and must have called ``setsid``, so that its groups are its own.
    """
    own = os.getpgrp()
    pids: set[int] = {root}
    groups: set[int] = set()
    for _ in range(10):
        found = tree(root)
        if found.keys() <= pids and groups:
            break
        for number in {*found.values()} - groups - {own, 0}:
            groups.add(number)
            _send(-number, signal.SIGSTOP)
        for pid in found.keys() - pids | {root}:
            pids.add(pid)
            _send(pid, signal.SIGSTOP)
    for number in [*(-group for group in groups), *pids]:
        _send(number, signal.SIGKILL)


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def kill_marked(mark: str) -> None:
    """SIGKILL every process whose start-up environment contains ``NAME=value`` exactly."""
    entry = mark.encode()
    for _ in range(20):
        found = [pid for pid, _, _, state in processes() if state not in "ZX" and _has(pid, entry)]
        for pid in found:
            _send(pid, signal.SIGKILL)
        if not found:
            return


def _has(pid: int, entry: bytes) -> bool:
    try:
        return entry in Path("/proc", str(pid), "environ").read_bytes().split(b"\0")
    except OSError:
        return False
