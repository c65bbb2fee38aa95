"""The client's side of the warm parent."""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgpack

from sidebyside.grading.warm import processes
from sidebyside.grading.warm.errors import WarmError, WarmParentLost

if TYPE_CHECKING:
    from sidebyside.grading.sandbox import Sandbox, Usage

# All that a child sees of the caller's environment: no name here may hold a secret.
INHERITED = (
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "TMPDIR",
    "TZ",
    "LANG",
    "LANGUAGE",
    "LD_LIBRARY_PATH",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "PYTHONHOME",
    "PYTHONUTF8",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "KERAS_BACKEND",
    "KERAS_HOME",
    "MPLCONFIGDIR",
    "CUDA_VISIBLE_DEVICES",
    "TF_FORCE_GPU_ALLOW_GROWTH",
    "TF_ENABLE_ONEDNN_OPTS",
)
MOST_FDS = 60
MOST_LOG = 1 << 24  # bytes
MARK = "SIDEBYSIDE_WARM_PARENT"


def clean_environment(mark: str = "") -> dict[str, str]:
    """The environment of a warm parent, and so of its children: nothing of the caller's but paths,
    language, and the settings that the frameworks read at import."""
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
    environment |= {name: value for name, value in os.environ.items() if name.startswith("LC_")}
    environment.setdefault("OMP_NUM_THREADS", "1")
    environment |= {"PYTHONHASHSEED": "0", "TF_CPP_MIN_LOG_LEVEL": "3", MARK: mark}
    environment["PYTHONPATH"] = os.pathsep.join(_search_path())
    return environment


def _search_path() -> list[str]:
    """The caller's PYTHONPATH, absolute, and where this package is imported from."""
    given = [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]
    path = [os.path.abspath(part) for part in given]
    here = Path(__file__).resolve().parents[3]
    if here.name not in ("site-packages", "dist-packages") and str(here) not in path:
        path.append(str(here))
    return path


class Child:
    """A forked process.

    Attributes:
        pid: of the process that the warm parent forked (in a sandbox: its outermost one).
        lost: whether it ended because the warm parent did; its exit code is then -9.
    """

    def __init__(self, parent: WarmParent, number: int, problem: int) -> None:
        self.pid = 0
        self.lost = False
        self._parent = parent
        self._number = number
        self._problem = problem
        self._text: str | None = None
        self._descriptor = -1
        self._code: int | None = None
        self._forked = threading.Event()
        self._ended = threading.Event()
        self._failed = ""
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<Child {self.pid}, exit code {self._code}>"

    def poll(self) -> int | None:
        """The exit code, None while it runs. Negative: the signal that ended it."""
        return self._code

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for the end, at most ``timeout`` seconds. The exit code; None if it still runs."""
        self._ended.wait(timeout)
        return self._code

    def kill(self) -> None:
        """End it and everything that descends from it, by SIGKILL, and wait until that is done."""
        if self._code is None:
            with contextlib.suppress(WarmParentLost):
                self._parent._send({"kill": self._number})
            if self.wait(30) is None:
                raise WarmError(f"process {self.pid} did not end within 30 s of SIGKILL")

    def send_signal(self, number: int) -> None:
        """Send a signal to the process itself, if it still runs."""
        if self._code is None and self._descriptor >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._descriptor, number)

    def usage(self) -> Usage:
        """Processor time and memory of its whole tree, now."""
        from sidebyside.grading.sandbox import tree_usage

        return tree_usage(self.pid)

    @property
    def problem(self) -> str:
        """Why the function could not be begun (import, sandbox); empty if it was. First line: the
        error; then its traceback. Complete once the child has ended."""
        if self._text is not None:
            return self._text
        return os.pread(self._problem, 1 << 16, 0).decode("utf-8", "replace")

    def _end(self, code: int) -> None:
        """Note the exit. Only the first call counts."""
        with self._lock:
            if self._ended.is_set() or self._text is not None:
                return
            self._text = self.problem
        os.close(self._problem)
        descriptor, self._descriptor = self._descriptor, -1
        self._code = code
        if descriptor >= 0:
            os.close(descriptor)
        self._forked.set()
        self._ended.set()


class WarmParent:
    """A process that has imported ``preload`` and forks children; ends when this process does.

    Use it as a context manager, or call `start` and `stop`. All methods are thread-safe.

    Args:
        preload: full names of modules. One that can't be imported is skipped and logged.
        log: file that gets what the parent and unsandboxed children write to stdout and stderr
            (appended); by default a file in memory.

    Attributes:
        skipped: names that could not be imported, each with the reason.
        preload_seconds: wall time of the imports.
        pid: of the warm parent.
    """

    def __init__(self, preload: Sequence[str] = (), *, log: Path | None = None) -> None:
        self.preload = tuple(preload)
        self.skipped: dict[str, str] = {}
        self.preload_seconds = 0.0
        self.pid = 0
        self._log_path = log
        self._log: IO[bytes] | None = None
        self._lock = threading.RLock()
        self._process: subprocess.Popen | None = None
        self._socket: socket.socket | None = None
        self._reader: threading.Thread | None = None
        self._ready = threading.Event()
        self._children: dict[int, Child] = {}
        self._numbers = itertools.count(1)
        self._mark = ""
        self._owner = 0

    def __enter__(self) -> WarmParent:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def alive(self) -> bool:
        """Whether it is ready to fork."""
        return (
            self._socket is not None
            and self._owner == os.getpid()
            and self._ready.is_set()
            and self._process is not None
            and self._process.poll() is None
        )

    def start(self, timeout: float = 120) -> None:
        """Start the process and wait until its imports are done. Nothing happens if it is alive.

        Raises:
            WarmError: it ended, or was not ready within ``timeout`` seconds.
        """
        with self._lock:
            if self.alive:
                return
            self.stop()
            self._launch()
            if not self._ready.wait(timeout) or self._process.poll() is not None:
                reason = "ended" if self._process.poll() is not None else f"took over {timeout} s"
                tail = self.log_tail()
                self.stop()
                raise WarmError(
                    f"the warm parent {reason} while importing {', '.join(self.preload)}; "
                    f"the end of its log:\n{tail}"
                )

    def _launch(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._mark = uuid.uuid4().hex
        self._log = open(self._log_path or os.memfd_create("log"), "ab")  # noqa: SIM115
        fcntl.fcntl(self._log, fcntl.F_SETFL, os.O_APPEND)  # the memory file has it from nowhere
        self._ready.clear()
        self._owner = os.getpid()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "sidebyside.grading.warm"]
                + [str(theirs.fileno()), str(os.getpid()), *self.preload],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                env=clean_environment(self._mark),
                cwd="/",  # which `-m` would search for modules: no place of the caller's
                start_new_session=True,
            )
        self.pid = self._process.pid
        self._socket = ours
        self._reader = threading.Thread(
            target=self._read, args=(ours, self._process), name="warm-parent", daemon=True
        )
        self._reader.start()

    def stop(self) -> None:
        """End the process and all its children. Nothing happens if there is none."""
        with self._lock:
            process, ours, reader = self._process, self._socket, self._reader
            self._process = self._socket = self._reader = None
            if process is None or self._owner != os.getpid():
                return
            with contextlib.suppress(OSError):
                ours.shutdown(socket.SHUT_RDWR)
            if not self._ready.is_set():  # it is importing, and has no child yet
                process.kill()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        reader.join(20)
        ours.close()
        if self._log is not None:
            self._log.close()
            self._log = None

    def log_tail(self, size: int = 4000) -> str:
        """The last ``size`` bytes of the log."""
        if self._log is None:
            return ""
        name = self._log_path or f"/proc/self/fd/{self._log.fileno()}"
        with open(name, "rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(0, end - size))
            return file.read().decode("utf-8", "replace")

    def _bound_log(self) -> None:
        """Empty the log in memory when it has grown large; a file is its owner's affair."""
        with self._lock:
            if self._log is None or self._log_path is not None:
                return
            if os.fstat(self._log.fileno()).st_size > MOST_LOG:
                os.ftruncate(self._log.fileno(), 0)  # everyone appends to it

    def fork(
        self,
        main: str,
        *,
        fds: Sequence[int] = (),
        argument: dict | None = None,
        sandbox: Sandbox | None = None,
    ) -> Child:
        """Fork a child that calls a function.

        Args:
            main: ``"package.module:function"``, called as ``function(fds, argument)``. Its result,
                if an int, is the exit code, else 0; 1 after an exception.
            fds: descriptors of this process that the child gets (under other numbers, in this
                order). They stay open here.
            argument: plain data (what msgpack can carry; tuples arrive as lists).
            sandbox: entered before the function is called, if given.

        Raises:
            WarmParentLost: the warm parent has ended.
            WarmError: the machine refused the fork.
        """
        task = {"main": main, "argument": argument or {}, "sandbox": None, "files": {}}
        if sandbox is not None:
            task |= {"sandbox": sandbox.to_json(), "files": dict(sandbox.files)}
        if len(fds) > MOST_FDS:
            raise WarmError(f"{len(fds)} descriptors for a child; at most {MOST_FDS} can be passed")
        self._bound_log()
        number = next(self._numbers)
        problem = os.memfd_create("problem")
        child = Child(self, number, problem)
        try:
            packed = msgpack.packb(task, unicode_errors="surrogatepass")
            with _memory_file(packed) as content, self._lock:
                self._children[number] = child
                self._send({"fork": number}, [content.fileno(), problem, *fds])
        except BaseException:
            self._children.pop(number, None)
            child._end(-signal.SIGKILL)
            raise
        try:
            child._forked.wait()
        except BaseException:  # such as KeyboardInterrupt: the child must not go unseen
            with contextlib.suppress(WarmParentLost):
                self._send({"kill": number})
            raise
        if child._failed:
            raise WarmError(f"the warm parent could not fork: {child._failed}")
        if not child.pid:
            raise WarmParentLost("the warm parent has ended before it could fork; start it again")
        return child

    def _send(self, message: dict[str, Any], fds: Sequence[int] = ()) -> None:
        with self._lock:
            if not self.alive:
                raise WarmParentLost("the warm parent is not running; start it (again)")
            try:
                socket.send_fds(self._socket, [json.dumps(message).encode()], list(fds))
            except (BrokenPipeError, ConnectionResetError) as error:
                raise WarmParentLost("the warm parent has ended; start it again") from error

    def _read(self, ours: socket.socket, process: subprocess.Popen) -> None:
        """The reader thread: replies and exits, until the other end is closed."""
        while True:
            try:
                packet, fds, _, _ = socket.recv_fds(ours, 1 << 16, 1, socket.MSG_CMSG_CLOEXEC)
            except OSError:
                packet = b""
            if not packet:
                break
            message = json.loads(packet)
            if "ready" in message:
                self.skipped = message["skipped"]
                self.preload_seconds = message["seconds"]
                self._ready.set()
            elif "forked" in message:
                child = self._children[message["forked"]]
                child.pid, child._descriptor = message["pid"], fds[0]
                child._forked.set()
            elif "failed" in message:
                child = self._children.pop(message["failed"])
                child._failed = message["reason"]
                child._end(1)
            elif "exit" in message:
                self._children.pop(message["exit"])._end(message["code"])
        self._lost(process)

    def _lost(self, process: subprocess.Popen) -> None:
        """The parent has ended, or is about to: see that all its children have."""
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        processes.kill_marked(f"{MARK}={self._mark}")
        self._ready.set()  # for `start`, which then finds that it has ended
        for number in list(self._children):
            child = self._children.pop(number)
            if child._descriptor >= 0:
                child.send_signal(signal.SIGKILL)
                waiting = select.poll()
                waiting.register(child._descriptor, select.POLLIN)
                waiting.poll(20_000)
                child.lost = True
            child._end(-signal.SIGKILL)

    def selftest(self, timeout: float = 60) -> dict[str, float]:
        """Prove that forking after these imports is sound.

        A child runs a product of NumPy, a backward pass and an optimiser of PyTorch, an operation
        and a gradient of TensorFlow (those that were preloaded).

        Returns:
            Seconds of each step, in the order run.

        Raises:
            WarmError: a step failed, or hung: the message names it.
        """
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                child = self.fork("sidebyside.grading.warm.selftest:run", fds=[theirs.fileno()])
            steps, current, deadline = {}, "start", time.monotonic() + timeout
            began = time.monotonic()
            reader = ours.makefile("r", encoding="utf-8")
            try:
                while True:
                    ours.settimeout(max(0.01, deadline - time.monotonic()))
                    line = reader.readline().strip()
                    now = time.monotonic()
                    steps[current], began = now - began, now
                    if not line or line == "done":
                        break
                    current = line
            except TimeoutError:
                child.kill()
                raise WarmError(
                    f"a child forked after importing {', '.join(self.preload)} hangs at "
                    f"{current!r}: one of these modules runs an operation (or starts a thread) "
                    "when it is imported; take it out of the preload"
                ) from None
        if child.wait(timeout) != 0 or line != "done":
            raise WarmError(
                f"a child forked after importing {', '.join(self.preload)} failed at {current!r} "
                f"(exit code {child.poll()}): {child.problem or self.log_tail()}"
            )
        return steps


def _memory_file(content: bytes) -> IO[bytes]:
    """An open file in memory that holds ``content``, positioned at its start."""
    file = os.fdopen(os.memfd_create("task"), "w+b", buffering=0)
    view = memoryview(content)
    while view:
        view = view[file.write(view) :]
    file.seek(0)
    return file
