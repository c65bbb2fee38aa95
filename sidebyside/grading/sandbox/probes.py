"""What this machine offers for a sandbox: each mechanism is tried, in a child process that ends."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import resource
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sidebyside.grading.contract import Limits
from sidebyside.grading.sandbox import filesystem, landlock, limits, linux, namespaces, seccomp
from sidebyside.grading.sandbox.entry import enter
from sidebyside.grading.sandbox.errors import SandboxError
from sidebyside.grading.sandbox.settings import Sandbox

_PATIENCE = 20.0  # seconds for one child


@dataclass(frozen=True)
class Probe:
    """One mechanism: whether it is there, and whether grading refuses to start without it."""

    name: str
    available: bool
    needed: bool
    detail: str = ""

    @property
    def missing(self) -> bool:
        """Whether it is needed and not there."""
        return self.needed and not self.available


ADVICE = {
    "Linux": "grade on Linux (a virtual machine or a container will do)",
    "user namespace": (
        "run as root, or let an administrator allow user namespaces to ordinary users (sysctl"
        " user.max_user_namespaces above 0; on Debian kernel.unprivileged_userns_clone=1; on Ubuntu"
        " kernel.apparmor_restrict_unprivileged_userns=0); a container needs"
        " --security-opt seccomp=unconfined"
    ),
    "Python readable": (
        "install Python and its packages where other users can read them (chmod -R go+rX)"
    ),
    "seccomp filter": "use a kernel with CONFIG_SECCOMP_FILTER, on x86_64 or aarch64",
    "limits": "look at what `ulimit -aH` allows",
}
_ADVICE_NAMESPACES = (
    "in a container, start it with --cap-add SYS_ADMIN or --security-opt seccomp=unconfined"
    " --security-opt apparmor=unconfined; on a machine of your own, run as root"
)


def probe() -> list[Probe]:
    """Try each mechanism. Takes about a tenth of a second; never raises."""
    try:
        return list(_probes())
    except Exception as error:
        return [Probe("Linux", False, True, f"the probes failed: {type(error).__name__}: {error}")]


def check(unsafe: bool = False) -> list[Probe]:
    """The probes, if grading can start with them.

    Raises:
        SandboxError: something needed is missing; the message names it and what to do. Never if
            ``unsafe``.
    """
    probes = probe()
    missing = [found for found in probes if found.missing]
    if unsafe or not missing:
        return probes
    names = ", ".join(f"{found.name} ({found.detail})" for found in missing)
    advice = dict.fromkeys(ADVICE.get(found.name, _ADVICE_NAMESPACES) for found in missing)
    raise SandboxError(
        f"this machine can't keep submissions apart: missing {names}. What to do: "
        + "; ".join(advice)
        + "; or grade without protection (--unsafe), if you trust every submission."
    )


def describe(probes: list[Probe]) -> str:
    """The probes as an aligned table, for a terminal."""
    width = max((len(found.name) for found in probes), default=0)
    lines = []
    for found in probes:
        word = "yes" if found.available else "MISSING" if found.needed else "no"
        use = "needed" if found.needed else "extra"
        lines.append(f"{found.name:<{width}}  {word:<7}  {use:<6}  {found.detail}".rstrip())
    return "\n".join(lines)


def _probes() -> Iterator[Probe]:
    known = linux.number("seccomp") is not None
    detail = f"{platform.system()} {platform.release()}, {platform.machine()}"
    yield Probe("Linux", linux.AVAILABLE and known, True, detail)
    if not (linux.AVAILABLE and known):
        return

    ordinary = namespaces.needs_user_namespace()
    tried = _in_child(_try_namespaces)
    detail = "needed by an ordinary user" if ordinary else "not used by root"
    yield _probe("user namespace", tried, ordinary, detail)
    for name in namespaces.NAMESPACES:
        yield _probe(f"{name} namespace", tried, True)
    yield _probe("cgroup namespace", tried, False)
    yield _probe("tmpfs", tried, True, "a file system of limited size, in the new namespace")
    yield _probe("pivot_root", tried, True, "a root directory of its own")
    yield _probe("new /proc", tried, False, "else a few files of the machine's are shown")
    yield _probe("mount_setattr", tried, False, "else older calls, mount by mount")

    version = landlock.version()
    yield Probe("Landlock", version > 0, False, f"version {version} of its interface")
    filtered = _in_child(_try_filter)
    yield _probe("no_new_privs", filtered, True)
    instructions = len(seccomp.program()) // 8
    yield _probe("seccomp filter", filtered, True, f"{instructions} instructions")
    yield _probe("limits", _in_child(_try_limits), True, ", ".join(_limit_names()))
    if not ordinary:
        closed = _closed_to_others()
        detail = f"other users can't enter or read {closed}" if closed else "by every user"
        yield Probe("Python readable", not closed, True, detail)
    if namespaces.becomes_another_user():
        detail = f"such as {namespaces.unused_uid(os.getpid())}, one for each submission"
        yield Probe("user of its own", True, False, detail)
    else:
        yield Probe("user of its own", False, False, "the grader's, in a user namespace")
    yield _control_groups()
    whole = _in_child(_try_whole)
    yield _probe("whole sandbox", whole, True, f"entered in {whole.get('milliseconds')} ms")


def _probe(name: str, results: dict[str, str], needed: bool, detail: str = "") -> Probe:
    """A probe from a child's results: an empty word is success, any other the reason."""
    reason = results.get(name, results.get("failed", "not reached"))
    return Probe(name, not reason, needed, reason or detail)


def _in_child(work: Callable[[dict[str, str]], None]) -> dict[str, str]:
    """Let a child fill a dictionary. What it did not reach is not there; ``failed`` says why."""
    receive, send = os.pipe()
    child = os.fork()
    if not child:
        results: dict[str, str] = {}
        try:
            os.close(receive)
            with open(os.devnull, "r+b") as nothing:
                for standard in (0, 1, 2):
                    os.dup2(nothing.fileno(), standard)
            os.set_inheritable(send, True)
            work_results = _Reported(send)
            work(work_results)
        except BaseException as error:
            results["failed"] = str(error) or type(error).__name__
            with contextlib.suppress(OSError):
                os.write(send, json.dumps(results).encode() + b"\n")
        finally:
            os._exit(0)
    os.close(send)
    words, end = b"", time.monotonic() + _PATIENCE
    while (left := end - time.monotonic()) > 0:
        if select.select([receive], [], [], left)[0]:
            part = os.read(receive, 65536)
            if not part:
                break
            words += part
    os.close(receive)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    found: dict[str, str] = {}
    for line in words.splitlines():
        found.update(json.loads(line))
    return found


class _Reported(dict):
    """A dictionary whose entries are written to a pipe at once, in case the process is killed."""

    def __init__(self, send: int) -> None:
        super().__init__()
        self.send = send

    def __setitem__(self, name: str, value: str) -> None:
        os.write(self.send, json.dumps({name: value}).encode() + b"\n")


def _attempt(results: dict[str, str], name: str, work: Callable[[], object]) -> None:
    try:
        work()
        results[name] = ""
    except (OSError, SandboxError) as error:
        results[name] = (error.strerror if isinstance(error, OSError) else str(error)) or "refused"


def _try_namespaces(results: dict[str, str]) -> None:
    os.setsid()
    if namespaces.needs_user_namespace():
        if namespaces.becomes_another_user():
            namespaces.become(namespaces.unused_uid(os.getpid()))
        _attempt(results, "user namespace", namespaces.unshare_user)
    else:
        results["user namespace"] = _in_child(_try_user_namespace).get("user namespace", "refused")
    for name, flag in [*namespaces.NAMESPACES.items(), ("cgroup", linux.CLONE_NEWCGROUP)]:
        _attempt(
            results,
            f"{name} namespace",
            lambda flag=flag: linux.system_call("unshare", flag),
        )
    linux.mount(None, "/", None, linux.MS_REC | linux.MS_PRIVATE)
    works = filesystem.has_new_mount_calls()
    results["mount_setattr"] = "" if works else "not in this kernel, or a filter refuses it"
    point = filesystem.mount_point()
    _attempt(
        results, "tmpfs", lambda: linux.mount("probe", point, "tmpfs", linux.MS_NODEV, "size=64k")
    )
    os.mkdir(f"{point}/proc")
    os.mkdir(f"{point}/old")
    results["new /proc"] = _in_child(lambda inner: _try_proc(inner, f"{point}/proc")).get(
        "new /proc", "refused"
    )
    old = os.fsencode(f"{point}/old")
    _attempt(
        results, "pivot_root", lambda: linux.system_call("pivot_root", os.fsencode(point), old)
    )


def _try_user_namespace(results: dict[str, str]) -> None:
    _attempt(results, "user namespace", namespaces.unshare_user)


def _try_proc(results: dict[str, str], point: str) -> None:
    # this child is the first process of the new PID namespace
    flags = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC | linux.MS_RDONLY
    _attempt(results, "new /proc", lambda: linux.mount("proc", point, "proc", flags))


def _try_filter(results: dict[str, str]) -> None:
    _attempt(results, "no_new_privs", lambda: linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1))
    _attempt(results, "seccomp filter", seccomp.install)


def _try_limits(results: dict[str, str]) -> None:
    _attempt(results, "limits", lambda: limits.apply(Limits(), mapped=0))


def _limit_names() -> list[str]:
    names = limits.values(Limits())
    return [name.removeprefix("RLIMIT_") for name in names if hasattr(resource, name)]


def _closed_to_others() -> str:
    """The first of the paths that other users can't read; empty if they can read all."""
    for path in filesystem.readable_paths().trees:
        mode = os.stat(path).st_mode
        wanted = 0o005 if os.path.isdir(path) else 0o004
        if mode & wanted != wanted:
            return path
    for path in (os.path.realpath(sys.executable), os.__file__):
        if not os.stat(path).st_mode & 0o004:
            return path
    return ""


def _control_groups() -> Probe:
    """Told for information: the sandbox does not use them."""
    if os.path.exists("/sys/fs/cgroup/cgroup.controllers"):
        version, place = 2, "/sys/fs/cgroup"
    elif os.path.isdir("/sys/fs/cgroup/memory"):
        version, place = 1, "/sys/fs/cgroup/memory"
    else:
        return Probe("control groups", False, False, "not used")
    writable = "writable" if os.access(place, os.W_OK) else "not writable"
    return Probe("control groups", True, False, f"version {version}, {writable}; not used")


def _try_whole(results: dict[str, str]) -> None:
    start = time.perf_counter()
    try:
        enter(Sandbox(), keep=[results.send])
    except SandboxError as error:
        results["whole sandbox"] = str(error)
        return
    results["milliseconds"] = f"{(time.perf_counter() - start) * 1000:.0f}"
    results["whole sandbox"] = ""
