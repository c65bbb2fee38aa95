"""Which open files a sandbox takes along."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable

from sidebyside.grading.sandbox.errors import SandboxError

STANDARD = (0, 1, 2)


def check(keep: Iterable[int]) -> None:
    """Raise SandboxError for a directory among the open files: it would be a way out."""
    for descriptor in {*STANDARD, *keep}:
        try:
            mode = os.fstat(descriptor).st_mode
        except OSError:
            if descriptor in STANDARD:
                continue
            raise SandboxError(f"file descriptor {descriptor} is to be kept, and is shut") from None
        if stat.S_ISDIR(mode) or stat.S_ISBLK(mode):
            raise SandboxError(f"file descriptor {descriptor} is a directory or a disk: not kept")


def close_all_but(keep: Iterable[int]) -> None:
    """Close every open file but the standard ones and ``keep``."""
    below = 0
    for descriptor in sorted({*STANDARD, *keep}):
        if below < descriptor:  # an empty range would be taken as an endless one
            os.closerange(below, descriptor)
        below = descriptor + 1
    os.closerange(below, 2**31 - 1)
