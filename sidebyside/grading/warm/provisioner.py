"""Warm kernels for every Jupyter command: a jupyter_client provisioner that forks.

Selected by ``c.KernelProvisionerFactory.default_provisioner_name = "sidebyside-warm"`` or by the
environment variable ``JUPYTER_DEFAULT_PROVISIONER_NAME``, for ``nbgrader autograde`` and
``validate``, nbconvert, nbclient, JupyterLab. A kernel is forked only where it would otherwise be
this very interpreter with ipykernel; anything else is started in the ordinary way.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Bool, List, Unicode

from sidebyside.grading.warm.client import INHERITED, Child, WarmParent
from sidebyside.grading.warm.errors import WarmError, WarmParentLost

LAUNCHER = ["-m", "ipykernel_launcher"]
# Read by a package when it is imported: a kernel that wants another value can't be a fork.
READ_AT_IMPORT = frozenset(INHERITED) - {"HOME", "USER", "LOGNAME", "TMPDIR", "TZ", "PATH"} | {
    "PYTHONPATH",
    "LD_PRELOAD",
    "TF_CPP_MIN_LOG_LEVEL",
    "TF_USE_LEGACY_KERAS",
    "XLA_FLAGS",
    "PYTORCH_ENABLE_MPS_FALLBACK",
}

_parents: dict[tuple[str, ...], WarmParent] = {}
_lock = threading.Lock()


def warm_parent(preload: tuple[str, ...]) -> WarmParent:
    """This process's warm parent for these modules, started on the first call; ends with the
    process, however that ends.

    Raises:
        WarmError: it could not be started.
    """
    with _lock:
        if preload not in _parents:
            _parents[preload] = WarmParent(preload)
            atexit.register(_parents[preload].stop)
        _parents[preload].start()
        return _parents[preload]


class ForkedKernel:
    """As much of `subprocess.Popen` as jupyter_client uses, for a child of the warm parent."""

    stdin = stdout = stderr = None

    def __init__(
        self, child: Child, arguments: list[str], log: logging.Logger, *, group: bool
    ) -> None:
        self.args = arguments
        self.pid = child.pid
        self._child = child
        self._group = group
        self._log = log

    @property
    def returncode(self) -> int | None:
        """The exit code, None while it runs; negative: the signal that ended it."""
        return self._child.poll()

    def poll(self) -> int | None:
        """The exit code, None while it runs. Logs why it could not begin, once, if that was so."""
        code = self._child.poll()
        if code is not None and self._child.problem and self._log is not None:
            self._log.error("the kernel did not start: %s", self._child.problem)
            self._log = None
        return code

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end, at most ``timeout`` seconds.

        Raises:
            subprocess.TimeoutExpired: it still runs.
        """
        code = self._child.wait(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel's process group (in a sandbox: to the kernel).

        SIGKILL ends all that descends from it, too.
        """
        if number == signal.SIGKILL:
            self._child.kill()
            return
        if self._group and self.poll() is None:
            # A child that has only just been forked has no group yet; then to itself.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)
                return
        self._child.send_signal(number)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel and all that descends from it."""
        self.send_signal(signal.SIGKILL)


class WarmProvisioner(LocalProvisioner):
    """Forks kernels of this interpreter; starts all others as `LocalProvisioner` does."""

    preload = List(
        Unicode(),
        default_value=["numpy", "matplotlib.pyplot", "tensorflow", "torch"],
        help="Modules that the warm parent imports before it forks; missing ones are skipped.",
    ).tag(config=True)
    sandbox = Bool(
        False,
        help="Whether the kernel runs in a sandbox: no network, nothing to read but Python and a "
        "copy of its directory, nothing to write but a private directory. A kernel that can't be "
        "put into one is then refused.",
    ).tag(config=True)

    _private: str | None = None  # directory of the connection file and the sockets of a sandbox

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """As always; for a sandbox, the connection is by sockets in a private directory."""
        if self.sandbox and self._private is None and self.parent is not None:
            self._private = tempfile.mkdtemp(prefix="kernel-")  # no other user may look into it
            inside = Path(self._private, "io")
            inside.mkdir()
            # The sandboxed process is another user and makes its sockets here.
            inside.chmod(0o777)
            self.parent.transport = "ipc"
            self.parent.cache_ports = False
            self.parent.connection_file = str(inside / "kernel.json")
            self.parent.ip = str(inside / "socket")
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel, or start one in the ordinary way where a fork would not be the same.

        Raises:
            WarmError: a sandbox was asked for, and can't be had.
        """
        reason = unfit(cmd, kwargs)
        if not reason:
            try:
                self.process = await asyncio.to_thread(self._fork, cmd, kwargs)
            except WarmError as error:
                reason = str(error)
        if reason and self.sandbox:
            raise WarmError(f"this kernel can't be run in a sandbox: {reason}")
        if reason:
            self.log.info("the kernel is started without the warm parent: %s", reason)
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.process.pid
        self.pgid = None  # signals go through the process object, which knows its group
        self.cwd = kwargs.get("cwd") or os.getcwd()
        return self.connection_info

    def _fork(self, cmd: list[str], kwargs: dict[str, Any]) -> ForkedKernel:
        names = ("ipykernel.kernelapp", *self.preload)
        try:
            return self._fork_from(warm_parent(names), cmd, kwargs)
        except WarmParentLost:  # it ended unseen; the next one is new
            return self._fork_from(warm_parent(names), cmd, kwargs)

    def _fork_from(
        self, parent: WarmParent, cmd: list[str], kwargs: dict[str, Any]
    ) -> ForkedKernel:
        cwd = os.path.abspath(kwargs.get("cwd") or os.getcwd())
        arguments = cmd[cmd.index("-m") + 2 :]
        if self.sandbox:
            return self._fork_inside(parent, cmd, arguments, cwd)
        environment = dict(kwargs.get("env") or os.environ)
        environment["JPY_PARENT_PID"] = str(parent.pid)  # whose end ends the kernel
        with contextlib.ExitStack() as stack:
            child = parent.fork(
                "sidebyside.grading.warm.kernel:run",
                fds=_standard_files(kwargs, stack),
                argument={"arguments": arguments, "cwd": cwd, "environment": environment},
            )
        return ForkedKernel(child, cmd, self.log, group=True)

    def _fork_inside(
        self, parent: WarmParent, cmd: list[str], arguments: list[str], cwd: str
    ) -> ForkedKernel:
        from sidebyside.grading.sandbox import Sandbox, SandboxError, check

        try:
            check()
        except SandboxError as error:
            raise WarmError(str(error)) from None
        if self._private is None:
            raise WarmError("it has no kernel manager, which says where the connection file lies")
        inside = str(Path(self._private, "io"))
        Path(inside, "kernel.json").chmod(0o644)  # nobody else gets as far as its directory
        child = parent.fork(
            "sidebyside.grading.warm.kernel:run",
            argument={"arguments": arguments},
            sandbox=Sandbox(files_from=cwd, bind=((inside, inside),)),
        )
        return ForkedKernel(child, cmd, self.log, group=False)

    async def cleanup(self, restart: bool = False) -> None:
        """As always; and the private directory of a sandbox goes."""
        await super().cleanup(restart=restart)
        if self._private is not None and not restart:
            shutil.rmtree(self._private, ignore_errors=True)
            self._private = None


def unfit(cmd: list[str], kwargs: dict[str, Any]) -> str:
    """Why a kernel that would be started like this can't be a fork; empty if it can."""
    if not sys.platform.startswith("linux"):
        return "it forks on Linux only"
    if cmd[1:3] != LAUNCHER:
        return f"it is not ipykernel without further options: {' '.join(cmd[:3])}"
    if not _is_this_interpreter(cmd[0]):
        return f"it runs another Python ({cmd[0]})"
    if kwargs.get("independent"):
        return "it is to outlive this process"
    unknown = kwargs.keys() - {"env", "cwd", "stdin", "stdout", "stderr", "independent"}
    if unknown - {"extra_arguments", "kernel_id"}:
        return f"it is to be started with {', '.join(sorted(unknown))}"
    if subprocess.PIPE in (kwargs.get(name) for name in ("stdin", "stdout", "stderr")):
        return "a pipe to it is asked for"
    cwd = kwargs.get("cwd")
    if cwd and not os.path.isdir(cwd):
        return f"its directory does not exist: {cwd}"
    for name in sorted(READ_AT_IMPORT):
        wanted = kwargs.get("env") or os.environ
        if wanted.get(name) != os.environ.get(name):
            return f"it is to have its own {name}"
    return ""


def _is_this_interpreter(command: str) -> bool:
    """Whether a command runs this Python, of this (virtual) environment."""
    path = shutil.which(os.path.expanduser(command))
    if path is None:
        return False
    path, own = os.path.abspath(path), os.path.abspath(sys.executable)
    with contextlib.suppress(OSError):
        return path == own or (
            os.path.samefile(os.path.dirname(path), os.path.dirname(own))
            and os.path.samefile(path, own)
        )
    return False


def _standard_files(kwargs: dict[str, Any], stack: contextlib.ExitStack) -> list[int]:
    """The three descriptors that `subprocess.Popen` would give the kernel."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    stack.callback(os.close, nowhere)
    found: list[int] = []
    # The ordinary launcher closes the kernel's standard input at once, whatever this process has.
    for name, default in (("stdin", nowhere), ("stdout", 1), ("stderr", 2)):
        wanted: int | IO | None = kwargs.get(name)
        if wanted is None:
            found.append(default)
        elif wanted == subprocess.DEVNULL:
            found.append(nowhere)
        elif wanted == subprocess.STDOUT:
            found.append(found[1])
        else:
            found.append(wanted if isinstance(wanted, int) else wanted.fileno())
    return [number if _is_open(number) else nowhere for number in found]


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
