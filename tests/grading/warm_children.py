"""Functions that tests have run in forked children (``tests.grading.warm_children:NAME``)."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path


def hello(fds: list[int], argument: dict) -> int:
    """Write to the first descriptor; exit with the code asked for."""
    os.write(fds[0], argument.get("text", "hello").encode())
    return argument.get("code", 0)


def threads(fds: list[int], argument: dict) -> None:
    """Tell how much address space threads take."""
    from tests.grading import many_threads

    os.write(fds[0], str(many_threads.taken()).encode())


def swap(fds: list[int], argument: dict) -> None:
    """Write another byte to each descriptor."""
    for number, fd in enumerate(fds):
        os.write(fd, str(number).encode())


def nothing(fds: list[int], argument: dict) -> str:
    """A result that is no exit code."""
    return "nothing"


def leave(fds: list[int], argument: dict) -> None:
    """sys.exit."""
    sys.exit(argument["code"])


def fail(fds: list[int], argument: dict) -> None:
    """An exception."""
    raise ValueError("meant to fail")


def flood(fds: list[int], argument: dict) -> None:
    """Write much to standard error."""
    for _ in range(20):
        os.write(2, b"x" * (1 << 20))


def end_by_signal(fds: list[int], argument: dict) -> None:
    """End by a signal."""
    os.kill(os.getpid(), argument["signal"])
    time.sleep(60)


def sleep(fds: list[int], argument: dict) -> None:
    """Sleep, deaf to what can be ignored."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.write(fds[0], b"x")
    time.sleep(600)


def tree(fds: list[int], argument: dict) -> None:
    """Leave a child, a daemon of its own session, and a subprocess; tell their pids; then end or
    sleep, as asked."""
    pids = [os.getpid()]
    pids.append(subprocess.Popen(["sleep", "600"]).pid)
    ends, tells = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.write(tells, f"{os.getpid()}\n".encode())
            time.sleep(600)
        os._exit(0)
    os.wait()
    pids.append(int(os.read(ends, 100)))
    os.write(fds[0], json.dumps(pids).encode())
    if argument.get("sleep"):
        time.sleep(600)


def forks_without_end(fds: list[int], argument: dict) -> None:
    """Processes that end after making the next one, each writing a byte: never seen standing."""
    for _ in range(3):
        if os.fork() == 0:
            while True:
                os.write(fds[0], b"x")
                if os.fork():
                    os._exit(0)
    time.sleep(600)


def environment(fds: list[int], argument: dict) -> None:
    """All that shows of the environment, memory file of the task included."""
    with open("/proc/self/environ", "rb") as file:
        start = file.read().decode()
    found = {
        "environ": dict(os.environ),
        "start": start,
        "arguments": sys.orig_argv,
        "path": sys.path,
        "cwd": os.getcwd(),
        "files": sorted(os.readlink(f"/proc/self/fd/{name}") for name in _descriptors()),
        "hash": hash("sidebyside"),
    }
    with os.fdopen(fds[0], "w") as file:
        json.dump(found, file)


def _descriptors() -> list[str]:
    return [name for name in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{name}")]


def draw(fds: list[int], argument: dict) -> None:
    """Random numbers of every generator, seeded or not."""
    import numpy as np
    import torch

    if "seed" in argument:
        random.seed(argument["seed"])
        np.random.seed(argument["seed"])
        torch.manual_seed(argument["seed"])
    numbers = [random.random(), float(np.random.rand()), float(torch.rand(()))]
    os.write(fds[0], json.dumps(numbers).encode())


def echo(fds: list[int], argument: dict) -> None:
    """The argument, as its repr."""
    with os.fdopen(fds[0], "w") as file:
        file.write(repr(argument))


def signals(fds: list[int], argument: dict) -> None:
    """What the child starts with."""
    import gc

    found = {
        "sigint": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
        "session": os.getsid(0) == os.getpid(),
        "gc": gc.isenabled(),
    }
    os.write(fds[0], json.dumps(found).encode())


def inside(fds: list[int], argument: dict) -> int:
    """What a sandboxed child finds."""
    found = {
        "cwd": os.listdir("."),
        "content": Path("data/a.bin").read_bytes().hex(),
        "argument": argument,
        "environ": dict(os.environ),
        "files": sorted(os.readlink(f"/proc/self/fd/{name}") for name in _descriptors()),
    }
    with os.fdopen(fds[0], "w") as file:
        json.dump(found, file)
    return 9


def daemons(fds: list[int], argument: dict) -> None:
    """A process that left its session and parent, each holding the descriptor open; then sleep."""
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        os.write(fds[0], b"d")
        time.sleep(600)
    os.wait()
    os.write(fds[0], b"s")
    time.sleep(600)
