"""The limits that the kernel sets to one process, from ``Limits``."""

from __future__ import annotations

import ctypes
import math
import os
import resource

from sidebyside.grading.contract import MEBIBYTE, Limits
from sidebyside.grading.sandbox.errors import SandboxError

_STACK, _LARGEST_STACK = 8 * MEBIBYTE, 64 * MEBIBYTE
_THREADS_PER_CORE = 6  # TensorFlow's pools take three for each core, PyTorch's and BLAS's one each
_ARENAS = 2
_HEADROOM = 256 * MEBIBYTE


def address_space() -> int:
    """Bytes of address space that this process has mapped; 0 where the system does not say."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def keep_arenas_few() -> None:
    """Let threads share the memory allocator's arenas. By default each takes 64 MiB of address
    space, which a machine with many cores would use up by starting its pools of threads.

    For this process and those forked from it; call it before threads start. Once a process has
    more than eight arenas, the allocator holds to the limit that it then worked out for itself.
    """
    os.environ["MALLOC_ARENA_MAX"] = str(_ARENAS)  # for programs that the code starts
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # glibc's; malloc.h: M_ARENA_MAX is -8
        mallopt(-8, _ARENAS)


def values(limits: Limits, *, own_user: bool = True) -> dict[str, tuple[int, int]]:
    """Soft and hard value by name, for ``resource.setrlimit``.

    The libraries' pools of threads, which grow with the machine, come on top of ``processes``.

    Args:
        own_user: whether the number of processes is counted for the sandbox alone. It is not
            without namespaces: there all processes of the user count, and nothing is set.
    """
    cpu = math.ceil(limits.submission_seconds) * (os.cpu_count() or 1)
    both = {
        "RLIMIT_AS": limits.memory,
        "RLIMIT_CPU": cpu,  # a backstop: time is measured from outside
        "RLIMIT_FSIZE": limits.private,
        "RLIMIT_NOFILE": limits.open_files,
        # 0 would still feed a core to a program that the machine has set to take them; 1 does not
        # (core(5), "Piping core dumps to a program"; the kernel aborts the dump)
        "RLIMIT_CORE": 1,
        "RLIMIT_MEMLOCK": MEBIBYTE // 16,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_NICE": 0,
        "RLIMIT_RTPRIO": 0,
    }
    if own_user:
        both["RLIMIT_NPROC"] = limits.processes + _THREADS_PER_CORE * (os.cpu_count() or 1)
    return {
        **{name: (value, value) for name, value in both.items()},
        "RLIMIT_STACK": (_STACK, _LARGEST_STACK),
    }


def apply(limits: Limits, *, mapped: int, own_user: bool = True, other_processes: int = 0) -> None:
    """Set the limits of this process, for good. A limit that is lower already stays.

    Args:
        mapped: from ``address_space``.
        own_user: as for ``values``; without it, what the system does not know is left out.
        other_processes: how many of the same user the kernel counts besides the sandbox's.

    Raises:
        SandboxError: the process has mapped nearly as much as it may already.
        OSError: the kernel refused one.
    """
    if mapped + _HEADROOM > limits.memory:
        raise SandboxError(
            f"a submission may map {limits.memory // MEBIBYTE} MiB, and what was imported before it"
            f" starts has mapped {mapped // MEBIBYTE} MiB already; allow at least"
            f" {(mapped + 4 * _HEADROOM) // MEBIBYTE} MiB of memory"
        )
    wanted = values(limits, own_user=own_user)
    if own_user:
        wanted["RLIMIT_NPROC"] = (wanted["RLIMIT_NPROC"][0] + other_processes,) * 2
    for name, (soft, hard) in wanted.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        present = resource.getrlimit(kind)[1]
        if present != resource.RLIM_INFINITY:
            hard = min(hard, present)
        try:
            resource.setrlimit(kind, (min(soft, hard), hard))
        except (OSError, ValueError):
            if own_user:
                raise
