"""The first steps of a forked child, up to the function that it was forked for."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import importlib
import os
import random
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

import msgpack

from sidebyside.grading.warm import processes

MOST_OF_A_PROBLEM = 8_000


def run_task(task: int, problem: int, fds: list[int]) -> NoReturn:
    """Do what the task says, and exit with its result.

    Args:
        task: descriptor of a memory file that holds the task (see `WarmParent.fork`).
        problem: descriptor of a memory file, for the reason why the task could not be begun.
        fds: what the function gets.
    """
    code = 1
    try:
        try:
            function, argument = _prepare(task, fds, problem)
        except BaseException as error:
            if isinstance(error, SystemExit) and isinstance(error.code, int) and error.code:
                code = error.code
            text = f"{type(error).__name__}: {error}\n\n{traceback.format_exc()}"
            with contextlib.suppress(OSError):
                os.write(problem, text.encode("utf-8", "replace")[:MOST_OF_A_PROBLEM])
            raise
        os.close(problem)
        code = function(fds, argument)
        code = code if isinstance(code, int) else 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else (0 if error.code is None else 1)
    except BaseException:
        with contextlib.suppress(BaseException):
            traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(BaseException):
                stream.flush()
        os._exit(code & 0xFF)


def _prepare(task: int, fds: list[int], problem: int) -> tuple[Callable[..., Any], dict]:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()
    processes.adopt_orphans()
    with open(task, "rb") as file:
        content = msgpack.unpackb(file.read(), strict_map_key=False, unicode_errors="surrogatepass")
    module, _, name = content["main"].partition(":")
    function = getattr(importlib.import_module(module), name)
    if content["sandbox"] is not None:
        from sidebyside.grading.sandbox import Sandbox, enter

        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)
        os.close(nowhere)
        sandbox = dataclasses.replace(Sandbox.from_json(content["sandbox"]), files=content["files"])
        enter(sandbox, keep=[*fds, problem])
    reseed()
    gc.enable()
    return function, content["argument"]


def reseed() -> None:
    """Fresh random numbers: children of one parent would otherwise all draw the same ones.

    Python's own ``random`` is seeded again by the interpreter at every fork.
    """
    random.seed()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()
    if "torch" in sys.modules:
        sys.modules["torch"].seed()
