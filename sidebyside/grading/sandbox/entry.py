"""Entering a sandbox: the order of the steps.

::

    caller ──unshare──┬─ init: first process of the new PID namespace; it waits for the caller's end
                      └─ student: builds the new root, gives up all rights, and returns

The caller's process stays outside, waits, passes signals on and ends as the student's process did.
If it is killed, init ends, and the kernel kills everything in the namespace: no process of a
submission outlives it, whatever it did.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Sequence
from typing import NoReturn

from sidebyside.grading.sandbox import (
    descriptors,
    environment,
    filesystem,
    landlock,
    limits,
    linux,
    namespaces,
    seccomp,
)
from sidebyside.grading.sandbox.errors import SandboxError
from sidebyside.grading.sandbox.settings import Sandbox
from sidebyside.grading.sandbox.usage import children

FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP, signal.SIGUSR1)

_READY = b"ready"
_CAT = "import os\nwhile data := os.read(0, 99): os.write(1, data)"


def prepare() -> None:
    """Find out, once, what every sandbox of this process and its children needs: some milliseconds
    less for each."""
    if linux.AVAILABLE:
        filesystem.readable_paths(())
        filesystem.has_new_mount_calls()
        seccomp.program()


def enter(
    sandbox: Sandbox, *, keep: Sequence[int] = (), init: Callable[[], None] | None = None
) -> None:
    """Put what follows into a sandbox. To be called in a forked child, before any student's code.

    Returns in a new process, inside, whose working directory holds the files; the calling process
    never returns: it waits, and ends with the same exit status or signal. If the thread that forked
    the calling process ends, everything inside is killed.

    Args:
        keep: open files that stay open, besides 0, 1 and 2.
        init: called inside, as the last step, with all restrictions in force.

    Raises:
        SandboxError: a step failed. It is raised in the *calling* process; no code has run inside,
            and the process should end.
    """
    if not sandbox.unsafe and not linux.AVAILABLE:
        raise SandboxError(
            f"there is no sandbox for {sys.platform}; grade on Linux, or without protection"
            " (--unsafe)"
        )
    descriptors.check(keep)
    parent = os.getppid()
    enabled = gc.isenabled()
    gc.disable()  # a collection would copy the parent's memory into processes that only wait
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, FORWARDED)
    with contextlib.suppress(PermissionError):
        os.setsid()  # before all else: kill(0) must not reach the grader
    os.umask(0o022)
    home = tempfile.mkdtemp(prefix="sidebyside-") if sandbox.unsafe else None
    receive, send = os.pipe()
    life: socket.socket | None = None
    try:
        steps = _Steps(sandbox, keep, init, send)
        if home is None:
            life = _start_namespaces()
        if linux.AVAILABLE:
            _end_with(parent)
            if home is not None:
                linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
        student = os.fork()
    except OSError as error:
        raise SandboxError(f"the sandbox could not be started: {error}") from None
    if student:
        os.close(send)
        _expect_ready(receive, student, home)
        descriptors.close_all_but([] if life is None else [life.fileno()])
        _pass_on(student, mask, home)
    try:
        os.setsid()
        os.close(receive)
        if life is not None:
            if not life.recv(1):  # else it has loaded its libraries: the root may change now
                raise SandboxError("the first process of the sandbox ended at once")
            life.close()
        _forget_handlers()
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if home is None:
            steps.lock_in()
        else:
            steps.restrain(home)
        if enabled:
            gc.enable()
        os.write(send, _READY)
        os.close(send)
    except BaseException as error:
        message = str(error) if isinstance(error, SandboxError) else _describe(error)
        with contextlib.suppress(OSError):
            os.write(send, json.dumps({"error": message}).encode())
        os._exit(1)


def _end_with(parent: int) -> None:
    """Let the kernel end this process when its parent's thread that forked it ends."""
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _forget_handlers() -> None:
    """Handle signals as a fresh Python does: the parent's handlers are not the student's."""
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _describe(error: BaseException) -> str:
    return f"the sandbox could not be made: {type(error).__name__}: {error}"


class _Steps:
    """The steps of the student's process, and what was found out before they began."""

    def __init__(
        self,
        sandbox: Sandbox,
        keep: Sequence[int],
        init: Callable[[], None] | None,
        send: int,
    ) -> None:
        self.sandbox, self.keep, self.init = sandbox, [*keep, send], init
        # What /proc says is asked here: inside there may be less of it.
        self.first_environment = environment.first()
        self.mapped = limits.address_space()
        if sandbox.unsafe:
            return
        self.readable = filesystem.readable_paths(tuple(sandbox.read))
        self.writable = [(os.path.realpath(here), there) for here, there in sandbox.bind]
        self.files_from = sandbox.files_from and os.path.realpath(sandbox.files_from)
        self.uid: int | None = None
        self.others = 0
        if not namespaces.needs_user_namespace():
            self.uid = namespaces.unused_uid(os.getpid())
        elif namespaces.counts_users_globally():
            self.others = namespaces.threads_of(os.geteuid())

    def lock_in(self) -> None:
        """Everything that can't be undone, in the order in which each step is still possible."""
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
        descriptors.close_all_but(self.keep)
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")  # where memory runs out, this is what the kernel ends first
        if self.uid is None:
            namespaces.forbid_user_namespaces()
        filesystem.build_root(
            readable=self.readable,
            writable=self.writable,
            files_from=self.files_from,
            size=self.sandbox.limits.private,
            owner=self.uid,
            uid=self.uid if self.uid is not None else namespaces.INSIDE,
        )
        os.chdir(filesystem.WORK)
        namespaces.drop_capabilities(self.uid)
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)  # changing the user took it away
        linux.prctl(linux.PR_SET_DUMPABLE, 1)  # so did this; memory is measured from outside
        filesystem.write_files(self.sandbox.files, filesystem.WORK)
        variables = environment.inside(filesystem.HOME, "/tmp")
        environment.replace(variables, self.first_environment)
        limits.keep_arenas_few()
        limits.apply(self.sandbox.limits, mapped=self.mapped, other_processes=self.others)
        devices = [f"/dev/{name}" for name in filesystem.DEVICES]
        landlock.restrict(
            read=[*self.readable.trees, "/etc", "/proc"],
            write=[
                filesystem.PRIVATE,
                *filesystem.SCRATCH,
                *(inside for _, inside in self.writable),
            ],
            devices=devices,
        )
        seccomp.install()
        if self.init is not None:
            self.init()

    def restrain(self, home: str) -> None:
        """The part that needs no namespaces."""
        if linux.AVAILABLE:
            linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
        descriptors.close_all_but(self.keep)
        for name in ("home", "work", "tmp"):
            os.mkdir(os.path.join(home, name))
        work = os.path.join(home, "work")
        if self.sandbox.files_from is not None:
            filesystem.copy_files(self.sandbox.files_from, work)
        filesystem.write_files(self.sandbox.files, work)
        os.chdir(work)
        variables = environment.inside(os.path.join(home, "home"), os.path.join(home, "tmp"))
        environment.replace(variables, self.first_environment)
        limits.apply(self.sandbox.limits, mapped=self.mapped, own_user=False)
        if self.init is not None:
            self.init()


def _start_namespaces() -> socket.socket:
    """Leave this machine's namespaces and start the first process of the new one.

    Returns:
        A socket. It gives a byte as soon as init runs; and when nobody holds it any more, by the
        end of this process at the latest, init ends.
    """
    namespaces.unshare()
    # A socket, because a pipe could be opened by way of /proc, and so be held, from inside.
    life, its = socket.socketpair()
    command = shutil.which("cat", path="/usr/bin:/bin")
    arguments = [command] if command else [sys.executable, "-I", "-S", "-c", _CAT]
    os.chdir("/")  # so that its working directory becomes the new root
    # An init that ignores SIGCHLD need not wait for orphans: the kernel clears them away.
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    os.posix_spawn(
        arguments[0],
        arguments,
        {},
        file_actions=[
            (os.POSIX_SPAWN_DUP2, its.fileno(), 0),
            (os.POSIX_SPAWN_DUP2, its.fileno(), 1),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
    )
    signal.signal(signal.SIGCHLD, before or signal.SIG_DFL)
    its.close()
    life.sendall(b"\n")
    return life


def _expect_ready(receive: int, student: int, home: str | None) -> None:
    """Wait until the student's process says that all holds.

    Raises:
        SandboxError: it said otherwise, or ended without a word.
    """
    words = b""
    while part := os.read(receive, 65536):
        words += part
    os.close(receive)
    if words == _READY:
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(student, signal.SIGKILL)
    os.waitpid(student, 0)
    if home is not None:
        shutil.rmtree(home, ignore_errors=True)
    try:
        raise SandboxError(json.loads(words)["error"])
    except ValueError:
        raise SandboxError("the sandbox could not be made: its process ended at once") from None


def _kill_rest(student: int) -> None:
    """End what is left of the student's processes, without a namespace that would do so."""
    with contextlib.suppress(OSError):
        os.killpg(student, signal.SIGKILL)
    for _ in range(1000):  # children that left the group: they were handed to this process
        left = children(os.getpid())
        if not left:
            break
        for process in left:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def _pass_on(student: int, mask: set[signal.Signals], home: str | None) -> NoReturn:
    """Wait for the student's process, pass signals on, and end as it ended."""
    try:
        for number in FORWARDED:
            signal.signal(number, lambda number, frame: os.kill(student, number))
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        _, status = os.waitpid(student, 0)
        if home is not None:
            _kill_rest(student)
            shutil.rmtree(home, ignore_errors=True)
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals())
            if number != signal.SIGKILL:
                signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        os._exit(os.waitstatus_to_exitcode(status))
    finally:
        os._exit(1)
