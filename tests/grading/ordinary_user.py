"""Becoming an ordinary user in a test that root runs."""

from __future__ import annotations

import os
from pathlib import Path

from sidebyside.grading.sandbox import filesystem, linux

NOBODY = 65534


def become_ordinary_user(uid: int = NOBODY) -> None:
    """Make this process, a child of the test, one of an ordinary user, for good.

    Where Python is installed in a directory that only root can enter, the process first gets a
    view of the files in which it can be read: nothing of the machine is changed.
    """
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
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    linux.prctl(linux.PR_SET_DUMPABLE, 1)  # as after a log-in


def _closed(directory: Path) -> bool:
    return directory != Path("/") and not directory.stat().st_mode & 0o001
