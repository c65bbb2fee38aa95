"""The namespaces of a sandbox, and who one is in them.

As root (in fact: with CAP_SYS_ADMIN and CAP_SETUID) no user namespace is made: the process builds
the new root and then becomes an unused user of its own. As an ordinary user, a user namespace with
a map of one line. Root without CAP_SYS_ADMIN (as in most containers) first becomes an unused user,
and then does as an ordinary one, because the kernel exempts its own root from RLIMIT_NPROC.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import re

from sidebyside.grading.sandbox import linux
from sidebyside.grading.sandbox.errors import SandboxError

NAMESPACES = {
    "mount": linux.CLONE_NEWNS,
    "PID": linux.CLONE_NEWPID,
    "network": linux.CLONE_NEWNET,
    "IPC": linux.CLONE_NEWIPC,
    "UTS": linux.CLONE_NEWUTS,
}
NEEDED = sum(NAMESPACES.values())

INSIDE = 1000  # uid and gid inside a user namespace

# Above the ranges that systemd's table of user numbers gives to people, services and containers
# (https://systemd.io/UIDS-GIDS/, "Summary"), below the sign bit.
FIRST_UID, UIDS = 1_900_000_000, 1 << 26
PIDS = 1 << 22  # the kernel's largest process number, and so the width of one namespace's share
FIRST_UID_IN_SMALL_MAP = 20_000

CAP_SETGID, CAP_SETUID, CAP_SETPCAP, CAP_SYS_ADMIN = 6, 7, 8, 21
# "no root", "no set-user-id fix-up", "no ambient capabilities", each locked; "keep capabilities"
# off and locked (capabilities(7), "The securebits flags")
_SECURE_BITS = 0b11101111


def capabilities() -> int:
    """The effective and permitted capabilities of this process, as a bit mask."""
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable: lower half, then upper
    linux.system_call("capget", _capability_header(), sets)
    return sets[0] | sets[1] | (sets[3] | sets[4]) << 32


def _capability_header() -> ctypes.Array:
    return (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3 of the interface, this process


def has(*wanted: int) -> bool:
    """Whether this process has all these capabilities."""
    present = capabilities()
    return all(present >> capability & 1 for capability in wanted)


def counts_users_globally() -> bool:
    """Whether RLIMIT_NPROC counts a user's processes in all user namespaces together: before Linux
    5.14."""
    version = tuple(int(part) for part in re.findall(r"\d+", os.uname().release)[:2])
    return version < (5, 14)


def threads_of(uid: int) -> int:
    """How many threads this user has now, of those that this process sees."""
    count = 0
    for entry in os.scandir("/proc"):
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and entry.stat().st_uid == uid:
                count += len(os.listdir(f"{entry.path}/task"))
    return count


def becomes_another_user() -> bool:
    """Whether this process can become an unused user (it is root, with the rights that go with it
    and more than one user in its map)."""
    return (
        os.geteuid() == 0
        and has(CAP_SETUID, CAP_SETGID, CAP_SETPCAP)
        and _mapped() > FIRST_UID_IN_SMALL_MAP + 1
    )


def needs_user_namespace() -> bool:
    """Whether a sandbox of this process starts with a user namespace."""
    return not (has(CAP_SYS_ADMIN) and becomes_another_user())


def _mapped() -> int:
    """One more than the largest user number that exists in this user namespace."""
    highest = 0
    for path in ("/proc/self/uid_map", "/proc/self/gid_map"):
        with open(path) as file:
            ends = [int(line.split()[0]) + int(line.split()[2]) for line in file]
        highest = min(highest, max(ends)) if highest else max(ends, default=0)
    return highest


def unused_uid(pid: int) -> int:
    """A user number that belongs to no user, and to no other living sandbox.

    Process numbers are unique within a PID namespace while the process lives, so the number of the
    sandbox's outer process makes a unique user; the PID namespace itself chooses one of sixteen
    ranges, so that two containers on one machine rarely meet.
    """
    mapped = _mapped()
    if mapped > FIRST_UID + UIDS:
        share = os.stat("/proc/self/ns/pid").st_ino % (UIDS // PIDS)
        return FIRST_UID + share * PIDS + pid % PIDS
    width = mapped - FIRST_UID_IN_SMALL_MAP - 1
    return FIRST_UID_IN_SMALL_MAP + pid % width


def unshare() -> None:
    """Leave the namespaces of this machine, into new ones.

    The PID namespace begins with the next child. Raises SandboxError, naming what was refused.
    """
    if len(os.listdir("/proc/self/task")) != 1:
        raise SandboxError(
            "the process has several threads, and a sandbox can only be made by a process with one;"
            " fork before anything starts threads"
        )
    if needs_user_namespace():
        if becomes_another_user():
            become(unused_uid(os.getpid()))
        unshare_user()
    try:
        linux.system_call("unshare", NEEDED)
    except OSError as error:
        raise SandboxError(f"new namespaces were refused ({error.strerror})") from None
    with contextlib.suppress(OSError):  # it only hides a path
        linux.system_call("unshare", linux.CLONE_NEWCGROUP)
    linux.system_call("sethostname", b"sandbox", len("sandbox"))


def unshare_user() -> None:
    """Make a user namespace in which this process's user is the only one. Raises SandboxError."""
    uid, gid = os.geteuid(), os.getegid()
    linux.prctl(linux.PR_SET_DUMPABLE, 1)  # else the kernel's root owns our own /proc files
    try:
        linux.system_call("unshare", linux.CLONE_NEWUSER)
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{INSIDE} {uid} 1")
        _write("/proc/self/gid_map", f"{INSIDE} {gid} 1")
    except OSError as error:
        raise SandboxError(
            f"a user namespace was refused ({error.strerror}); an ordinary user needs one"
        ) from None


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def become(uid: int) -> None:
    """Become another user, with a group of the same number, and no other groups."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def forbid_user_namespaces() -> None:
    """Inside a user namespace: none further can be made in it. Seccomp refuses them as well."""
    with contextlib.suppress(OSError):  # a container may show /proc/sys read-only
        _write("/proc/sys/user/max_user_namespaces", "0")


def drop_capabilities(uid: int | None) -> None:
    """Give up every capability for good, and become the user ``uid`` (if not None).

    Raises:
        SandboxError: something was left.
    """
    for capability in range(64):
        try:
            linux.prctl(linux.PR_CAPBSET_DROP, capability)
        except OSError as error:
            if error.errno != errno.EINVAL or not capability:
                raise
            break  # the kernel knows no more
    linux.prctl(linux.PR_SET_SECUREBITS, _SECURE_BITS)
    linux.prctl(linux.PR_CAP_AMBIENT, linux.PR_CAP_AMBIENT_CLEAR_ALL)
    if uid is not None:
        become(uid)
    linux.system_call("capset", _capability_header(), (ctypes.c_uint32 * 6)())
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    if capabilities() or (uid is not None and os.getresuid() != (uid, uid, uid)):
        raise SandboxError("the rights of the process could not be given up; nothing was run")
