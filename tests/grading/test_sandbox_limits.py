"""What code in a sandbox can't use up, and what it can use."""

from __future__ import annotations

import errno
import mmap
import os
import resource
import signal
import threading
import time
from pathlib import Path

import pytest

from sidebyside.grading.contract import MEBIBYTE, Limits
from sidebyside.grading.sandbox import Sandbox, limits
from tests.grading import many_threads
from tests.grading.sandbox_attempts import USERS, inside, needs_sandbox, refused

pytestmark = [needs_sandbox, pytest.mark.parametrize("user", USERS)]

ROOM = 1024 * MEBIBYTE
PROCESSES = limits.values(Limits(processes=16))["RLIMIT_NPROC"][1]


def small(**changes: object) -> Sandbox:
    """A sandbox with tight limits: memory is counted from what this process has mapped."""
    given = {
        "memory": limits.address_space() + ROOM,
        "processes": 16,
        "private": 8 * MEBIBYTE,
        "open_files": 64,
        "submission_seconds": 60.0,
    }
    return Sandbox(limits=Limits(**{**given, **changes}))


def test_memory_of_a_process_ends(user: str) -> None:
    def work() -> list[bool]:
        fits = bytearray(ROOM // 4)
        results = [len(fits) > 0]
        for attempt in (
            lambda: bytearray(2 * ROOM),
            lambda: mmap.mmap(-1, 2 * ROOM),
            lambda: mmap.mmap(-1, 2 * ROOM, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS),
        ):
            try:
                attempt()
                results.append(True)
            except (MemoryError, OSError):
                results.append(False)
        return results

    assert inside(work, user, small()).value == [True, False, False, False]


def test_a_fork_bomb_ends(user: str) -> None:
    def work() -> list[int]:
        children = []
        try:
            for _ in range(PROCESSES + 50):
                child = os.fork()
                if not child:
                    time.sleep(30)
                    os._exit(0)
                children.append(child)
            code = 0
        except OSError as error:
            code = error.errno
        for child in children:
            os.kill(child, signal.SIGKILL)
        return [code, len(children)]

    code, count = inside(work, user, small()).value
    assert code == errno.EAGAIN
    assert 16 <= count <= PROCESSES


def test_threads_count_as_processes(user: str) -> None:
    def work() -> int:
        event, threads = threading.Event(), []
        try:
            for _ in range(PROCESSES + 50):
                thread = threading.Thread(target=event.wait, args=(30,))
                thread.start()
                threads.append(thread)
        except RuntimeError:
            pass
        event.set()
        return len(threads)

    assert 16 <= inside(work, user, small()).value <= PROCESSES


def test_orphans_are_cleared_away(user: str) -> None:
    def work() -> int:
        for _ in range(PROCESSES + 50):  # more than there may be at once
            middle = os.fork()
            if not middle:
                if not os.fork():
                    os._exit(0)
                os._exit(0)
            os.waitpid(middle, 0)
        return sum(name.isdigit() for name in os.listdir("/proc"))

    attempt = inside(work, user, small())
    assert attempt.value is not None, attempt
    assert attempt.value <= 4


def test_the_private_directory_fills_up(user: str) -> None:
    def work() -> dict[str, int]:
        written, failed = 0, 0
        block = b"x" * MEBIBYTE
        for number in range(64):
            folder = (".", "/tmp", "/dev/shm", os.environ["HOME"])[number % 4]
            try:
                with open(f"{folder}/{number}", "wb") as file:
                    file.write(block)
                written += 1
            except OSError as error:
                failed = error.errno
        return {"written": written, "failed": failed}

    found = inside(work, user, small()).value
    assert found["failed"] == errno.ENOSPC
    assert 6 <= found["written"] <= 8


def test_the_number_of_files_ends(user: str) -> None:
    def work() -> list[int]:
        for number in range(10_000):
            try:
                os.symlink("x", str(number))
            except OSError as error:
                return [number, error.errno]
        return [10_000, 0]

    count, code = inside(work, user, small()).value
    assert code == errno.ENOSPC
    assert 500 < count < 2_000


def test_a_file_has_a_largest_size(user: str) -> None:
    def work() -> None:
        with open("large", "wb") as file:
            file.truncate(16 * MEBIBYTE)

    assert inside(work, user, small()).code == errno.EFBIG


def test_open_files_end(user: str) -> None:
    def work() -> list[int]:
        files = []
        try:
            for _ in range(1000):
                files.append(os.open("/dev/null", os.O_RDONLY))
        except OSError as error:
            return [len(files), error.errno]
        return [len(files), 0]

    count, code = inside(work, user, small()).value
    assert code == errno.EMFILE
    assert 40 <= count <= 64


def test_processor_time_has_a_backstop(user: str) -> None:
    def work() -> None:
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_CPU, (1, 1))  # lower than it is: allowed
        while True:
            pass

    seconds = inside(lambda: resource.getrlimit(resource.RLIMIT_CPU), user, small()).value
    assert seconds == [60 * (os.cpu_count() or 1)] * 2
    assert inside(work, user, small()).status == -signal.SIGKILL


def test_every_limit_is_set(user: str) -> None:
    def work() -> dict[str, list[int]]:
        names = limits.values(Limits())
        return {name: resource.getrlimit(getattr(resource, name)) for name in names}

    for name, (soft, hard) in inside(work, user, small()).value.items():
        wanted = limits.values(small().limits)[name]
        assert 0 <= soft <= wanted[0], name
        assert 0 <= hard <= wanted[1], name


def test_no_limit_can_be_raised(user: str) -> None:
    def work() -> list[str]:
        raised = []
        for name in limits.values(Limits()):
            kind = getattr(resource, name)
            hard = resource.getrlimit(kind)[1]
            try:
                resource.setrlimit(kind, (hard + 1, hard + 1))
                raised.append(name)
            except (ValueError, OSError):
                pass
        return raised

    assert inside(work, user, small()).value == []


def test_no_core_is_written(user: str) -> None:
    def work() -> list[object]:
        child = os.fork()
        if not child:
            os.abort()
        _, status = os.waitpid(child, 0)
        return [os.WTERMSIG(status), os.WCOREDUMP(status), os.listdir(".")]

    assert inside(work, user, small()).value == [signal.SIGABRT, False, []]


def test_where_memory_runs_out_it_ends_first(user: str) -> None:
    def work() -> str:
        return Path("/proc/self/oom_score_adj").read_text().strip()

    assert inside(work, user).value == "1000"


def test_a_parent_larger_than_the_limit_is_an_error(user: str) -> None:
    message = refused(user, small(memory=limits.address_space() + MEBIBYTE))
    assert "MiB of memory" in message


def test_a_hundred_threads_and_large_arrays_fit_the_default(user: str) -> None:
    def work() -> int:
        event = threading.Event()
        threads = [threading.Thread(target=event.wait, args=(30,)) for _ in range(100)]
        for thread in threads:
            thread.start()
        data = bytearray(512 * MEBIBYTE)
        event.set()
        return len(data)

    assert inside(work, user).value == 512 * MEBIBYTE


def test_threads_take_little_address_space(user: str) -> None:
    assert inside(many_threads.taken, user).value < many_threads.few()
