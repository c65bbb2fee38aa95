"""Landlock: a second wall around files, network and signals, independent of the new root.

Constants: include/uapi/linux/landlock.h; https://docs.kernel.org/userspace-api/landlock.html.
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Iterable

from sidebyside.grading.sandbox import linux

_CREATE_RULESET_VERSION, _RULE_PATH_BENEATH = 1, 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE = 1 << 14
# Handled, that is, refused where no rule allows it: by version of the interface.
_FILES_BY_VERSION = {1: (1 << 13) - 1, 2: 1 << 13, 3: _TRUNCATE, 5: 1 << 15}
_NETWORK_FROM, _NETWORK = 4, 0b11  # bind and connect of TCP
_SCOPE_FROM, _SCOPE = 6, 0b11  # abstract unix sockets and signals stay inside

_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | 1 << 15


def version() -> int:
    """Version of the kernel's Landlock interface; 0 where there is none."""
    try:
        return linux.system_call("landlock_create_ruleset", None, 0, _CREATE_RULESET_VERSION)
    except OSError:
        return 0


def restrict(*, read: Iterable[str], write: Iterable[str], devices: Iterable[str]) -> None:
    """Allow this process, and all that come from it, these paths only. Nothing where there is no
    Landlock.

    Raises:
        OSError: a path could not be opened, or a call was refused.
    """
    present = version()
    if not present:
        return
    files = sum(bits for since, bits in _FILES_BY_VERSION.items() if since <= present)
    attributes = (ctypes.c_uint64 * 3)(
        files,
        _NETWORK if present >= _NETWORK_FROM else 0,
        _SCOPE if present >= _SCOPE_FROM else 0,
    )
    size = 8 if present < _NETWORK_FROM else 16 if present < _SCOPE_FROM else 24
    ruleset = linux.system_call("landlock_create_ruleset", attributes, size, 0)
    try:
        _allow(ruleset, "/", _READ_DIR)  # what can be listed is what was put there
        reading = _READ_FILE | _READ_DIR | _EXECUTE
        for path in read:
            _allow(ruleset, path, reading & files)
        for path in write:
            _allow(ruleset, path, files)
        for path in devices:
            _allow(ruleset, path, (_READ_FILE | _WRITE_FILE) & files)
        linux.system_call("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def _allow(ruleset: int, path: str, rights: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _OF_FILES
        rule = _PathBeneath(rights, descriptor)
        linux.system_call(
            "landlock_add_rule",
            ruleset,
            _RULE_PATH_BENEATH,
            (ctypes.c_char * ctypes.sizeof(rule)).from_buffer(rule),
            0,
        )
    finally:
        os.close(descriptor)
