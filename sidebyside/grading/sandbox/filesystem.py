"""The files that a sandbox sees: a new root that holds what Python needs, read-only, and one small
directory to write in.

The new root is a tmpfs in the mount namespace of the sandbox. It is mounted over a directory that
exists on every machine and becomes the root before anything is put in it, so nothing is made on the
machine's own file systems, and there is nothing to clear away, however the sandbox ends.
"""

from __future__ import annotations

import ctypes
import functools
import os
import shutil
import site
import stat
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import sidebyside
from sidebyside.grading.sandbox import linux
from sidebyside.grading.sandbox.errors import SandboxError

PRIVATE = "/sandbox"  # the one file system that can be written
HOME, WORK = f"{PRIVATE}/home", f"{PRIVATE}/work"
SCRATCH = {"/tmp": f"{PRIVATE}/tmp", "/dev/shm": f"{PRIVATE}/shm"}
OLD = "/.machine"

DEVICES = ("null", "zero", "full", "random", "urandom")
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SETTINGS = (
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/timezone",
)
HARDWARE = ("/sys/devices/system/cpu", "/sys/devices/system/node")
_OWN = ("/dev", "/etc", "/proc", "/sys", "/tmp", "/dev/shm")
PROC_OF_MACHINE = ("cpuinfo", "filesystems", "loadavg", "meminfo", "stat", "uptime", "version")

_INODES_PER_MEBIBYTE = 64
_MOUNT_POINTS = ("/tmp", "/mnt", "/var/tmp", "/srv", "/home", "/usr")

_OPEN_TREE_CLONE, _AT_RECURSIVE, _AT_FDCWD, _AT_EMPTY_PATH = 1, 0x8000, -100, 0x1000
_MOVE_MOUNT_F_EMPTY_PATH = 4


@dataclass(frozen=True)
class Readable:
    """What is shown read-only: trees at their own places (none within another, no symbolic link on
    the way), and links that lead into them."""

    trees: tuple[str, ...]
    links: Mapping[str, str]


def python_paths() -> list[str]:
    """The directories of the Python installation and of the installed packages; of this package its
    own folder only."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    paths = [sys.base_prefix, sys.prefix, sys.base_exec_prefix, sys.exec_prefix]
    paths += [sysconfig.get_path(name) for name in names]
    paths += site.getsitepackages()
    if site.ENABLE_USER_SITE:
        paths.append(site.getusersitepackages())
    paths += [str(folder) for folder in sidebyside.__path__]
    return paths


@functools.cache
def readable_paths(more: tuple[str, ...] = ()) -> Readable:
    """What a sandbox of this process shows read-only. Found out once: a parent that will fork many
    sandboxes calls this (``prepare``) before.

    Args:
        more: paths to show besides the Python installation and the system's libraries.

    Raises:
        SandboxError: one of ``more`` does not exist, or a path would cover a directory that the
            sandbox makes itself, or show the whole machine.
    """
    for path in more:
        if not os.path.exists(path):
            raise SandboxError(f"the path {path!r} was to be readable and does not exist")
    trees: list[str] = []
    links: dict[str, str] = {}
    candidates = [
        os.path.abspath(p) for p in [*SYSTEM, *python_paths(), *more, *SETTINGS, *HARDWARE]
    ]
    real = {path: os.path.realpath(path) for path in candidates if os.path.exists(path)}
    for path in sorted(set(real.values()), key=lambda p: (p.count("/"), p)):
        if path in _OWN or path == "/" or _within(PRIVATE, path):
            raise SandboxError(
                f"the directory {path!r} can't be shown in a sandbox, which has its own there"
            )
        if not any(_within(path, above) for above in trees):
            trees.append(path)
    for path, target in real.items():
        if path != target and not any(_within(path, above) for above in trees):
            links[path] = target
    return Readable(tuple(trees), links)


def _within(path: str, above: str) -> bool:
    return path == above or path.startswith(above.rstrip("/") + "/")


def mount_point() -> str:
    """A directory that the new root can be mounted over for the moment."""
    return next(path for path in _MOUNT_POINTS if os.path.isdir(path))


def build_root(
    *,
    readable: Readable,
    writable: Iterable[tuple[str, str]],
    files_from: str | None,
    size: int,
    owner: int | None,
    uid: int,
) -> None:
    """Make the new root and move into it; the old one is gone afterwards.

    Args:
        readable: from ``readable_paths``.
        writable: (path here, path inside) of directories that stay writable; paths here are real.
        files_from: real path of a directory whose files are copied to the working directory.
        size: bytes of the private file system.
        owner: the user that gets the private directories; None if they are this process's already.
        uid: the student's number, for ``/etc/passwd``.

    Raises:
        OSError: a step was refused; the file name says where.
    """
    linux.mount(None, "/", None, linux.MS_REC | linux.MS_PRIVATE)
    point = mount_point()
    quiet = linux.MS_NOSUID | linux.MS_NODEV
    linux.mount("sandbox", point, "tmpfs", quiet, "size=1m,nr_inodes=4096,mode=755")
    os.mkdir(point + OLD)
    linux.system_call("pivot_root", os.fsencode(point), os.fsencode(point + OLD))
    os.chdir("/")

    _make_private(size, owner)
    # Python's own paths may lie under /tmp: it gets its place before they do.
    for path, target in SCRATCH.items():
        os.makedirs(path, exist_ok=True)
        linux.mount(target, path, None, linux.MS_BIND)
    for path in readable.trees:
        _bind(OLD + path, path, read_only=True)
    for path, target in readable.links.items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.symlink(target, path)
    for outside, inside in writable:
        _bind(OLD + outside, inside, read_only=False)
    _make_devices()
    _make_accounts(uid)
    _make_proc()
    if files_from is not None:
        copy_files(OLD + files_from, WORK, owner)

    linux.system_call("umount2", os.fsencode(OLD), linux.MNT_DETACH)
    os.rmdir(OLD)
    root_flags = linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | quiet
    linux.mount(None, "/", None, root_flags)


def _make_private(size: int, owner: int | None) -> None:
    os.mkdir(PRIVATE)
    inodes = max(1024, size // 2**20 * _INODES_PER_MEBIBYTE)
    options = f"size={size},nr_inodes={inodes},mode=755"
    linux.mount("private", PRIVATE, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, options)
    for path in (HOME, WORK):
        os.mkdir(path, 0o700)
        if owner is not None:
            os.chown(path, owner, owner)
    for path in SCRATCH.values():
        os.mkdir(path)
        os.chmod(path, 0o1777)


def _bind(source: str, target: str, *, read_only: bool, device: bool = False) -> None:
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "a"):
            pass
    flags = linux.MS_NOSUID
    if not device:
        flags |= linux.MS_NODEV
    if read_only:
        flags |= linux.MS_RDONLY
    if has_new_mount_calls():
        _bind_at_once(source, target, flags)
    else:
        _bind_and_remount(source, target, flags)


_new_mount_calls: bool | None = None


def has_new_mount_calls() -> bool:
    """Whether a whole tree can be bound and made read-only at once (Linux 5.12)."""
    global _new_mount_calls
    if _new_mount_calls is None:
        try:
            linux.system_call("mount_setattr", -1, b"", 0, None, 0)
        except OSError as error:
            _new_mount_calls = error.errno not in (1, 38)  # EPERM (a container's filter), ENOSYS
    return bool(_new_mount_calls)


def _bind_at_once(source: str, target: str, flags: int) -> None:
    """Bind a tree with all that is mounted in it, each part with the flags."""
    tree = linux.system_call(
        "open_tree", _AT_FDCWD, os.fsencode(source), _OPEN_TREE_CLONE | _AT_RECURSIVE
    )
    try:
        # MOUNT_ATTR_RDONLY, _NOSUID, _NODEV have the values of MS_RDONLY, MS_NOSUID, MS_NODEV.
        attributes = (ctypes.c_uint64 * 4)(flags, 0, 0, 0)
        linux.system_call(
            "mount_setattr",
            tree,
            b"",
            _AT_EMPTY_PATH | _AT_RECURSIVE,
            attributes,
            ctypes.sizeof(attributes),
        )
        linux.system_call(
            "move_mount", tree, b"", _AT_FDCWD, os.fsencode(target), _MOVE_MOUNT_F_EMPTY_PATH
        )
    except OSError as error:
        error.filename = target
        raise
    finally:
        os.close(tree)


_LOCKED_FLAGS = {
    os.ST_NODEV: linux.MS_NODEV,
    os.ST_NOEXEC: linux.MS_NOEXEC,
    os.ST_RDONLY: linux.MS_RDONLY,
    os.ST_NOATIME: 1024,
    os.ST_NODIRATIME: 2048,
    os.ST_RELATIME: 1 << 21,
}


def _bind_and_remount(source: str, target: str, flags: int) -> None:
    """The same with the calls of kernels before 5.12: bind, then set the flags mount by mount.

    In a user namespace the flags that a mount has may not be taken away, so they are kept.
    """
    linux.mount(source, target, None, linux.MS_BIND | linux.MS_REC)
    for point in _mounts_within(target):
        had = os.statvfs(point).f_flag
        kept = sum(new for old, new in _LOCKED_FLAGS.items() if had & old)
        linux.mount(None, point, None, linux.MS_REMOUNT | linux.MS_BIND | flags | kept)


def _mounts_within(target: str) -> list[str]:
    # /proc of the machine: the sandbox has none yet
    with open(f"{OLD}/proc/self/mountinfo", errors="surrogateescape") as file:
        points = [line.split()[4] for line in file]
    decoded = [point.encode().decode("unicode_escape") for point in points]
    return [point for point in decoded if _within(point, target)]


def _make_devices() -> None:
    for name in DEVICES:
        _bind(f"{OLD}/dev/{name}", f"/dev/{name}", read_only=False, device=True)
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        os.symlink(f"/proc/self/fd{target}", f"/dev/{name}")


def _make_accounts(uid: int) -> None:
    os.makedirs("/etc", exist_ok=True)
    texts = {
        "passwd": f"student:x:{uid}:{uid}:Student:{HOME}:/bin/sh\n",
        "group": f"student:x:{uid}:\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
        "hosts": "127.0.0.1 localhost\n::1 localhost\n",
        "hostname": "sandbox\n",
    }
    for name, text in texts.items():
        with open(f"/etc/{name}", "w") as file:
            file.write(text)


def _make_proc() -> None:
    """A /proc of the new PID namespace, wholly read-only.

    In a container whose own /proc is covered in part the kernel refuses a new one. The few files
    about the machine that libraries read are then shown alone.
    """
    os.mkdir("/proc")
    flags = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC | linux.MS_RDONLY
    try:
        linux.mount("proc", "/proc", "proc", flags)
    except OSError:
        for name in PROC_OF_MACHINE:
            if os.path.exists(f"{OLD}/proc/{name}"):
                _bind(f"{OLD}/proc/{name}", f"/proc/{name}", read_only=True)
        _make_proc_self()


def _make_proc_self() -> None:
    """What TensorFlow asks of its own process, and ends the process if it gets no answer."""
    os.mkdir("/proc/self")
    os.symlink(os.path.realpath(sys.executable), "/proc/self/exe")
    with open("/proc/self/cmdline", "wb") as file:
        file.write(b"\0".join(map(os.fsencode, (sys.executable, ""))))


def copy_files(source: str, destination: str, owner: int | None = None) -> None:
    """Copy the regular files of a directory; links and special files are left out.

    Args:
        owner: the user, and group, that gets the copies; None leaves them to this process's.
    """
    for folder, _, names in os.walk(source, followlinks=False):
        into = Path(destination, os.path.relpath(folder, source))
        into.mkdir(parents=True, exist_ok=True)
        if owner is not None:
            os.chown(into, owner, owner)
        for name in names:
            try:
                flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
                descriptor = os.open(os.path.join(folder, name), flags)
            except OSError:
                continue
            with open(descriptor, "rb") as file:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    continue
                with open(into / name, "wb") as copy:
                    shutil.copyfileobj(file, copy)
                    if owner is not None:
                        os.fchown(copy.fileno(), owner, owner)


def write_files(files: Mapping[str, bytes], destination: str) -> None:
    """Write files below a directory.

    Raises:
        SandboxError: a name leads out of it.
    """
    for name, content in files.items():
        relative = Path(name)
        if relative.is_absolute() or ".." in relative.parts or not relative.parts:
            raise SandboxError(
                f"the file name {name!r} leads out of the directory of the submission"
            )
        target = Path(destination, relative)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
