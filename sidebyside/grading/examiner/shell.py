"""A shell that runs notebook cells: IPython with no kernel behind it, its outputs as plain data.

Made after the fork (about 4 ms if IPython is imported already): no history file, no start-up files,
no thread but one that empties the pipe behind file descriptors 1 and 2.
"""

from __future__ import annotations

import builtins
import contextlib
import getpass
import io
import linecache
import os
import select
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import CodeType, TracebackType
from typing import Any

import IPython.core.usage  # noqa: F401  (imported late otherwise, by the first shell)
from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError, UsageError
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from sidebyside.grading.examiner.outputs import Output, Recorder

INLINE = "module://matplotlib_inline.backend_inline"
MOST_FRAMES = 12
PIPE_BYTES = 2**20
F_SETPIPE_SZ = 1031


@dataclass
class CellRun:
    """What came of a cell.

    Attributes:
        outputs: nbformat 4 outputs as plain data.
        ok: whether it ran to its end.
        error: ``{"ename": …, "evalue": …}`` of the exception that ended it.
        value: of the last expression, on this side only; it does not cross.
        exception: the exception itself, on this side only.
    """

    outputs: list[Output] = field(default_factory=list)
    ok: bool = True
    error: dict[str, str] | None = None
    value: Any = None
    exception: BaseException | None = None


class _Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of the cells."""

    def __init__(self, name: str, number: int, drain: Callable[[], None], record: Recorder) -> None:
        self._name, self._number, self._drain, self._record = name, number, drain, record
        self._pid = os.getpid()
        self._drained = 0.0
        self.buffer = _Bytes(self)

    encoding = "utf-8"
    errors = "replace"
    name = property(lambda self: f"<{self._name}>")

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if os.getpid() != self._pid:  # a process that the cell's code forked
            os.write(self._number, text.encode("utf-8", "replace"))
            return len(text)
        now = time.monotonic()
        if now - self._drained > 0.0005:  # in time for what a child process wrote, and cheap
            self._drain()
            self._drained = now
        self._record.write(self._name, str(text))
        return len(text)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    def isatty(self) -> bool:
        return False

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass


class _Bytes(io.RawIOBase):
    """The ``buffer`` of a stream."""

    def __init__(self, text: _Stream) -> None:
        self._to = text

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._to.write(bytes(data).decode("utf-8", "replace"))
        return len(data)

    def fileno(self) -> int:
        return self._to.fileno()


class _Pipes:
    """File descriptors 1 and 2, led into a recorder by a thread: what C code and child processes
    write. Neither can block for long or fill the memory."""

    def __init__(self, record: Recorder) -> None:
        self._record = record
        self._ends: dict[int, str] = {}
        self._poll = select.poll()
        for number, name in ((1, "stdout"), (2, "stderr")):
            reading, writing = os.pipe2(os.O_CLOEXEC)
            with contextlib.suppress(OSError):
                import fcntl

                fcntl.fcntl(writing, F_SETPIPE_SZ, PIPE_BYTES)
            os.set_blocking(reading, False)
            os.dup2(writing, number)
            os.close(writing)
            self._ends[reading] = name
            self._poll.register(reading, select.POLLIN)
        self._thread = threading.Thread(target=self._empty, daemon=True, name="outputs")
        self._thread.start()

    def _empty(self) -> None:
        while True:
            self._poll.poll()
            self.drain()

    def drain(self) -> None:
        """Record what has been written so far."""
        with self._record.lock:
            for end, name in self._ends.items():
                for _ in range(64):
                    try:
                        data = os.read(end, PIPE_BYTES)
                    except OSError:
                        break
                    self._record.write(name, data.decode("utf-8", "replace"))
                    if len(data) < 4096:
                        break


class _Compiler(CachingCompiler):
    """Names each cell's code after the cell, so that tracebacks can be read and lines be found."""

    cell = ""

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        return f"<{self.cell}>" if self.cell else f"<cell {number}>"


class _DisplayHook(DisplayHook):
    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Mapping, md_dict: Mapping | None = None) -> None:
        shell = self.shell
        shell.recorder.show(format_dict, md_dict, count=shell.execution_count - 1)

    def log_output(self, format_dict: Mapping) -> None:
        pass

    def finish_displayhook(self) -> None:
        self._is_active = False


class _DisplayPublisher(DisplayPublisher):
    def publish(
        self,
        data: Mapping[str, Any],
        metadata: Mapping[str, Any] | None = None,
        *_: Any,
        transient: Mapping[str, Any] | None = None,
        update: bool = False,
        **__: Any,
    ) -> None:
        self.shell.flush()
        name = (transient or {}).get("display_id")
        self.shell.recorder.show(data, metadata, display_id=name, update=update)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.flush()
        self.shell.recorder.clear(wait)


class Shell(InteractiveShell):
    """The shell itself; make it by :func:`make_shell`, one in a process."""

    displayhook_class = _DisplayHook
    display_pub_class = _DisplayPublisher
    compiler_class = _Compiler
    system = InteractiveShell.system_raw  # no pseudo-terminal, which a sandbox may not have
    recorder: Recorder
    pipes: _Pipes | None

    # what an interactive shell on a desk does, and this one does not
    def init_ipython_dir(self, ipython_dir: str) -> None: ...
    def init_profile_dir(self, profile_dir: Any) -> None: ...
    def init_virtualenv(self) -> None: ...
    def init_logstart(self) -> None: ...
    def init_payload(self) -> None: ...
    def init_pdb(self) -> None: ...
    def atexit_operations(self) -> None: ...

    @contextlib.contextmanager
    def _tee(self, channel: str) -> Iterator[None]:
        yield

    def _format_exception_for_storage(self, exception: BaseException, *_: Any, **__: Any) -> dict:
        return {"ename": type(exception).__name__, "evalue": "", "traceback": []}

    def run_cell(self, raw_cell: str, *args: Any, **keywords: Any) -> Any:
        """As in IPython; a cell that runs another one (a magic) records into the same outputs."""
        return super().run_cell(raw_cell, *args, **keywords)

    def run(self, source: str, cell: str = "") -> CellRun:
        """Run a notebook cell: magics, display, top-level ``await``, a value on the last line.

        Args:
            source: the cell's text.
            cell: its name in tracebacks.
        """
        self.flush()
        self.recorder.begin()
        self.compile.cell = cell
        result = self.run_cell(source, store_history=True)
        self.flush()
        outputs = self.recorder.take()
        problem = (result.error_before_exec or result.error_in_exec) if result else None
        if problem is None:
            return CellRun(outputs, value=getattr(result, "result", None))
        named = {"ename": type(problem).__name__, "evalue": message_of(problem)}
        return CellRun(outputs, ok=False, error=named, exception=problem)

    def flush(self) -> None:
        """Record what other processes and C code have written so far."""
        if self.pipes:
            self.pipes.drain()

    # errors
    def showtraceback(
        self, exc_tuple: Any = None, *_: Any, exception_only: bool = False, **__: Any
    ) -> None:
        etype, value, trace = exc_tuple if exc_tuple else sys.exc_info()
        if value is None:
            return
        self.flush()
        message = message_of(value)
        if issubclass(etype, UsageError):
            self.recorder.fail(etype.__name__, message, [f"UsageError: {message}"])
            return
        lines = [] if exception_only else frames_of(trace)
        lines += syntax_lines(value) if isinstance(value, SyntaxError) else []
        self.recorder.fail(
            etype.__name__, message, [*lines, f"{etype.__name__}: {message}".rstrip(": ")]
        )

    def showsyntaxerror(self, *_: Any, **__: Any) -> None:
        self.showtraceback(exception_only=True)

    def showindentationerror(self) -> None:
        self.showtraceback(exception_only=True)

    # figures
    def enable_matplotlib(self, gui: str | None = None) -> tuple[str, str]:
        """``%matplotlib``, with whatever argument: figures become pictures under their cell."""
        return super().enable_matplotlib("inline")

    def enable_gui(self, gui: str | None = None) -> None:
        pass

    def ask_exit(self) -> None:
        pass


def message_of(error: BaseException) -> str:
    """``str(error)`` of at most 4,000 characters, whatever its class does."""
    try:
        text = str(error)
    except BaseException:
        return ""
    if not isinstance(text, str):
        return ""
    return str(text[:4_000])


def frames_of(trace: TracebackType | None) -> list[str]:
    """The calls that led to an exception, first and last ones, from the first that is in a cell.

    Made from names and lines only, so that it takes no longer for a recursion a million deep.
    """
    found: list[tuple[CodeType, int]] = []
    dropped = 0
    while trace is not None:
        code = trace.tb_frame.f_code
        if (found or code.co_filename.startswith("<")) and code.co_filename != __file__:
            found.append((code, trace.tb_lineno))
            if len(found) > MOST_FRAMES:
                del found[MOST_FRAMES // 2]
                dropped += 1
        trace = trace.tb_next
    lines = []
    for position, (code, number) in enumerate(found):
        if dropped and position == MOST_FRAMES // 2:
            lines.append(f"… {dropped} more calls …")
        where = code.co_filename.strip("<>")
        within = "" if code.co_name == "<module>" else f", in {code.co_name}"
        lines.append(f"{where}, line {number}{within}")
        text = linecache.getline(code.co_filename, number).strip()
        if text:
            lines.append(f"    {text[:500]}")
    return lines


def syntax_lines(value: SyntaxError) -> list[str]:
    """Where a syntax error stands."""
    try:
        shown = traceback.format_exception_only(type(value), value)[:-1]
        return [line.rstrip("\n") for line in shown]
    except Exception:
        return []


def no_input(prompt: object = "") -> str:
    """In the place of ``input`` and ``getpass``.

    Raises:
        StdinNotImplementedError: always.
    """
    raise StdinNotImplementedError(
        "input() can't be used here: nobody is there to answer while a notebook is graded"
    )


def make_shell(output: int = 100_000, *, capture: bool = True) -> Shell:
    """Make this process's shell: call it once, after the fork.

    Args:
        output: bytes of printed text kept of a cell; figures may have ``RICH_FACTOR`` times it.
        capture: lead file descriptors 1 and 2 into the cells' outputs; False only in tests that
            run in a process with others.
    """
    recorder = Recorder(output)
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.autoindent = False
    config.InteractiveShell.banner1 = ""
    Shell.recorder = recorder
    Shell.pipes = None
    Shell.clear_instance()
    shell = Shell.instance(config=config)
    if capture:
        Shell.pipes = _Pipes(recorder)
        sys.stdout = _Stream("stdout", 1, Shell.pipes.drain, recorder)
        sys.stderr = _Stream("stderr", 2, Shell.pipes.drain, recorder)
        sys.__stdout__, sys.__stderr__ = sys.stdout, sys.stderr
        _inline_figures()
        builtins.input = no_input
        getpass.getpass = no_input
    warnings.filterwarnings("ignore", message="To exit: use")
    return shell


def _inline_figures() -> None:
    """Figures become pictures, whether matplotlib is imported already or later."""
    os.environ["MPLBACKEND"] = INLINE
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is not None:
        matplotlib.rcParams["backend"] = INLINE
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].switch_backend(INLINE)
