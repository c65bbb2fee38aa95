"""A module that starts threads when it is imported, and measures what threads cost."""

from __future__ import annotations

import ctypes
import threading

from sidebyside.grading.contract import MEBIBYTE
from sidebyside.grading.sandbox import limits


def taken(count: int = 40) -> int:
    """MiB of address space that so many threads take which allocate memory."""
    libc, event = ctypes.CDLL(None), threading.Event()
    libc.malloc.restype = ctypes.c_void_p
    before = limits.address_space()

    def allocate() -> None:
        libc.malloc(1000)
        event.wait(30)

    threads = [threading.Thread(target=allocate) for _ in range(count)]
    for thread in threads:
        thread.start()
    mapped = limits.address_space() - before
    event.set()
    for thread in threads:
        thread.join()
    return mapped // MEBIBYTE


def few(count: int = 40) -> int:
    """MiB that so many threads may take: their stacks, and three arenas."""
    return count * 8 + 3 * 64


taken(9)  # one more than the eight arenas after which the allocator fixes its limit
