"""Becoming an ordinary user in a test that root runs."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

from sidebyside.grading.sandbox import filesystem, linux, namespaces

NOBODY = 65534


def become_ordinary_user(uid: int = NOBODY) -> None:
    """Make this process, a child of the test, one of an ordinary user, for good."""
    show_python_to_everyone()
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    linux.prctl(linux.PR_SET_DUMPABLE, 1)  # as after a log-in


def show_python_to_everyone() -> None:
    """Give this process, root's, a view of the files in which every user can read Python, even if
    it is installed where only root can enter. Nothing of the machine is changed."""
    linux.system_call("unshare", linux.CLONE_NEWNS)
    linux.mount(None, "/", None, linux.MS_REC | linux.MS_PRIVATE)
    paths = [os.path.realpath(path) for path in filesystem.python_paths() if os.path.exists(path)]
    closed = {str(above) for path in paths for above in Path(path).parents if _closed(above)}
    for above in sorted(closed):
        within = [path for path in dict.fromkeys(paths) if path.startswith(above + "/")]
        opened = {path: os.open(path, os.O_PATH) for path in within}
        linux.mount("view", above, "tmpfs", 0, "size=1m,mode=755")
        for path, descriptor in opened.items():
            if not os.path.exists(path):
                os.makedirs(path)
                linux.mount(f"/proc/self/fd/{descriptor}", path, None, linux.MS_BIND)
            os.close(descriptor)


def become_root_of_a_container(rights: bool) -> None:
    """Make this process, root's, what root is in most containers: without CAP_SYS_ADMIN
    (``rights``: with the other capabilities), or root of a user namespace with a single user."""
    show_python_to_everyone()
    if rights:
        linux.prctl(linux.PR_CAPBSET_DROP, namespaces.CAP_SYS_ADMIN)
        everything = (1 << 64) - 1 & namespaces.capabilities() & ~(1 << namespaces.CAP_SYS_ADMIN)
        low, high = everything & 0xFFFFFFFF, everything >> 32
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)
        linux.system_call("capset", header, (ctypes.c_uint32 * 6)(low, low, 0, high, high, 0))
        return
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    linux.prctl(linux.PR_SET_DUMPABLE, 1)
    linux.system_call("unshare", linux.CLONE_NEWUSER)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"0 {NOBODY} 1"),
        ("gid_map", f"0 {NOBODY} 1"),
    ):
        Path("/proc/self", name).write_text(text)


def _closed(directory: Path) -> bool:
    return directory != Path("/") and not directory.stat().st_mode & 0o001
