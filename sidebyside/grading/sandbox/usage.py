"""What a sandbox's processes use, seen from outside."""

from __future__ import annotations

import os
from dataclasses import dataclass

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Usage:
    """Processor seconds (of ended children that were waited for too), resident bytes (memory shared
    between processes in equal parts, where the system says; the process that only waits outside a
    sandbox left out), and number of processes."""

    cpu_seconds: float = 0.0
    resident_bytes: int = 0
    processes: int = 0


def tree_usage(pid: int, *, memory: bool = True) -> Usage:
    """Usage of a process and all that descend from it; zeros if it is gone. Never raises.

    Args:
        memory: whether resident bytes are wanted. They take the kernel some 10 ms for a process
            with both frameworks; the rest takes half a millisecond.
    """
    seconds, resident, count = 0.0, 0, 0
    waiting, seen = [pid], set()
    while waiting:
        process = waiting.pop()
        if process in seen:
            continue
        seen.add(process)
        waiting += children(process)
        try:
            with open(f"/proc/{process}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            continue
        seconds += sum(int(field) for field in fields[11:15]) / _TICK  # utime … cstime: proc(5)
        if fields[0] != b"Z":
            count += 1
            if memory and not _only_waits(process):
                resident += _resident(process)
    return Usage(seconds, resident, count)


def children(pid: int) -> list[int]:
    """The numbers of a process's children; none where the system has no /proc."""
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", "rb") as file:
                found += [int(word) for word in file.read().split()]
    except OSError:
        pass
    return found


def _only_waits(pid: int) -> bool:
    """Whether this is the outer process of a sandbox. It shares the memory of the parent that it
    was forked from, and measuring that takes longer than all the rest."""
    try:
        own = os.readlink(f"/proc/{pid}/ns/pid")
        return own != os.readlink(f"/proc/{pid}/ns/pid_for_children")
    except OSError:
        return False


def _resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            fields = file.read().split()
        return (int(fields[1]) - int(fields[2])) * _PAGE  # without files and shared memory
    except OSError:
        return 0
