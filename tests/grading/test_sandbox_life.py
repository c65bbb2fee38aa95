"""How a sandbox begins, is measured, and ends."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sidebyside.grading.contract import Limits
from sidebyside.grading.sandbox import (
    Sandbox,
    SandboxError,
    descriptors,
    enter,
    environment,
    filesystem,
    landlock,
    limits,
    linux,
    namespaces,
    seccomp,
    tree_usage,
)
from tests.grading.sandbox_attempts import (
    USERS,
    inside,
    needs_sandbox,
    open_directory,
    refused,
)

pytestmark = [needs_sandbox, pytest.mark.parametrize("user", USERS)]


def test_files_are_there_and_belong_to_the_code(user: str) -> None:
    def work() -> dict[str, object]:
        names = sorted(str(path) for path in Path().rglob("*"))
        Path("notes/data.csv").write_text("changed")
        os.rename("notes", "renamed")
        return {"names": names, "here": os.getcwd(), "content": Path("a.bin").read_bytes().hex()}

    sandbox = Sandbox(files={"notes/data.csv": b"1,2", "a.bin": b"\0\xff"})
    found = inside(work, user, sandbox).value
    assert found["names"] == ["a.bin", "notes", "notes/data.csv"]
    assert found["content"] == "00ff"
    assert found["here"] == "/sandbox/work"


@pytest.mark.parametrize("name", ["/etc/passwd", "../escape", "a/../../escape", "."])
def test_a_file_name_that_leads_out_is_refused(user: str, name: str) -> None:
    assert "leads out" in refused(user, Sandbox(files={name: b"x"}))


def test_files_of_a_directory_are_copied_without_links(user: str) -> None:
    def work() -> list[object]:
        Path("deep/inner.txt").write_text("changed")
        return [sorted(str(path) for path in Path().rglob("*")), Path("data.txt").read_text()]

    with open_directory() as folder, open_directory() as elsewhere:
        (elsewhere / "secret").write_text("answers")
        (folder / "data.txt").write_text("numbers")
        (folder / "deep").mkdir()
        (folder / "deep/inner.txt").write_text("inner")
        (folder / "link").symlink_to("/etc/passwd")
        (folder / "relative").symlink_to(os.path.relpath(elsewhere / "secret", folder))
        (folder / "folder-link").symlink_to(os.path.relpath(elsewhere, folder))
        os.mkfifo(folder / "fifo")
        found = inside(work, user, Sandbox(files_from=str(folder))).value
        assert (folder / "deep/inner.txt").read_text() == "inner"
    assert found == [["data.txt", "deep", "deep/inner.txt"], "numbers"]


def test_more_paths_can_be_read_but_not_written(user: str) -> None:
    def work() -> list[object]:
        try:
            Path(path).write_text("x = 2")
            writable = True
        except OSError:
            writable = False
        return [Path(path).read_text(), writable]

    with open_directory() as folder:
        path = str(folder / "library.py")
        Path(path).write_text("x = 1")
        os.chmod(path, 0o666)
        assert inside(work, user, Sandbox(read=(str(folder),))).value == ["x = 1", False]


@pytest.mark.parametrize("path", ["/", "/tmp", "/no/such/path"])
def test_a_path_that_cannot_be_shown_is_refused(user: str, path: str) -> None:
    assert repr(path) in refused(user, Sandbox(read=(path,)))


def test_a_bound_directory_can_be_written_and_keeps_its_owner(user: str) -> None:
    with open_directory() as folder:
        shared = folder / "shared"
        shared.mkdir()
        shared.chmod(0o777)
        before = shared.stat()
        sandbox = Sandbox(bind=((str(shared), "/tmp/ipc"),))
        inside(lambda: Path("/tmp/ipc/made").write_text("x"), user, sandbox)
        after = shared.stat()
        assert (shared / "made").read_text() == "x"
        assert (before.st_uid, before.st_mode) == (after.st_uid, after.st_mode)


def test_python_and_its_packages_work_in_a_new_process(user: str) -> None:
    code = (
        "import os, sys, tempfile, getpass, pwd, numpy, sidebyside\n"
        "assert pwd.getpwuid(os.getuid()).pw_dir == os.path.expanduser('~')\n"
        "tempfile.TemporaryFile().write(b'x')\n"
        "print(numpy.ones(3).sum(), getpass.getuser(), os.cpu_count() > 0)"
    )
    package = os.path.dirname(os.path.dirname(filesystem.__file__))
    folder = os.path.dirname(os.path.dirname(package))

    def work() -> str:
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": folder},
        )
        return done.stdout + done.stderr

    assert inside(work, user).value == "3.0 student True\n"


@pytest.mark.parametrize(
    ("work", "status"),
    [
        (lambda: os._exit(7), 7),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), -signal.SIGKILL),
        (lambda: os.kill(os.getpid(), signal.SIGTERM), -signal.SIGTERM),
        (lambda: os.kill(os.getpid(), signal.SIGSEGV), -signal.SIGSEGV),
        (lambda: os.abort(), -signal.SIGABRT),
    ],
)
def test_the_outer_process_ends_as_the_inner_one(
    user: str, work: Callable[[], None], status: int
) -> None:
    assert inside(work, user).status == status


def test_an_interrupt_reaches_the_code(user: str) -> None:
    heard, said = os.pipe()

    def work() -> None:
        os.write(said, b"x")
        time.sleep(30)

    def interrupt(pid: int) -> None:
        assert select.select([heard], [], [], 20)[0]
        time.sleep(0.05)  # until it sleeps
        os.kill(pid, signal.SIGINT)

    attempt = inside(work, user, keep=[said], meanwhile=interrupt)
    os.close(heard)
    os.close(said)
    assert attempt.error == "KeyboardInterrupt"


def _daemon() -> None:
    """A process that does all it can to stay."""
    for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    linux.prctl(linux.PR_SET_PDEATHSIG, 0)
    while True:
        time.sleep(1)


def _gone(descriptor: int, seconds: float = 3) -> bool:
    """Whether every process that holds the other end ended in time."""
    end = time.monotonic() + seconds
    while select.select([descriptor], [], [], max(0, end - time.monotonic()))[0]:
        if not os.read(descriptor, 100):
            return True
    return False


def test_a_daemon_ends_with_the_code(user: str) -> None:
    held, life = os.pipe()

    def work() -> int:
        if not os.fork():
            os.setsid()
            if not os.fork():
                _daemon()
            os._exit(0)
        return 1

    assert inside(work, user, keep=[life]).value == 1
    os.close(life)
    assert _gone(held)
    os.close(held)


@pytest.mark.parametrize("depth", ["outer process", "its parent"])
def test_killed_from_outside_nothing_stays(user: str, depth: str) -> None:
    held, life = os.pipe()

    def work() -> None:
        if not os.fork():
            os.setsid()
        os.write(life, b"x")
        _daemon()

    parent = 0
    if depth == "its parent":
        parent = os.fork()
        if not parent:
            os.close(held)
            inside(work, user, keep=[life], seconds=30)
            os._exit(0)
        os.close(life)
        os.read(held, 2)
        os.kill(parent, signal.SIGKILL)
        os.waitpid(parent, 0)
    else:

        def kill(pid: int) -> None:
            os.close(life)
            os.read(held, 2)
            os.kill(pid, signal.SIGKILL)

        assert inside(work, user, keep=[life], meanwhile=kill).status == -signal.SIGKILL
    assert _gone(held)
    os.close(held)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (namespaces, "unshare"),
        (namespaces, "drop_capabilities"),
        (filesystem, "build_root"),
        (filesystem, "write_files"),
        (filesystem, "readable_paths"),
        (descriptors, "close_all_but"),
        (environment, "replace"),
        (limits, "apply"),
        (landlock, "restrict"),
        (seccomp, "install"),
        (linux, "prctl"),
        (linux, "mount"),
    ],
)
def test_a_step_that_fails_runs_nothing(
    user: str, module: object, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise OSError(1, f"the step {name} was refused")

    def spoil() -> None:
        setattr(module, name, fail)

    assert f"the step {name} was refused" in refused(user, Sandbox(), before=spoil)


@pytest.mark.parametrize(
    "call", ["pivot_root", "mount", "seccomp", "capset", "unshare", "umount2", "sethostname"]
)
def test_a_refused_system_call_runs_nothing(user: str, call: str) -> None:
    def spoil() -> None:
        real = linux.system_call

        def system_call(name: str, *arguments: object) -> int:
            if name == call:
                raise OSError(1, f"{name}: refused")
            return real(name, *arguments)

        linux.system_call = system_call

    assert "refused" in refused(user, Sandbox(), before=spoil)


def test_a_process_that_dies_on_the_way_is_an_error(user: str) -> None:
    def spoil() -> None:
        seccomp.install = lambda: os.kill(os.getpid(), signal.SIGKILL)

    assert "ended at once" in refused(user, Sandbox(), before=spoil)


def test_the_last_step_of_the_caller_may_fail_too(user: str) -> None:
    reports, report = os.pipe()
    child = os.fork()
    if not child:

        def last() -> None:
            raise ValueError("no seed")

        try:
            enter(Sandbox(), keep=[], init=last)
        except SandboxError as error:
            os.write(report, str(error).encode())
        os._exit(0)
    os.close(report)
    assert b"no seed" in os.read(reports, 1000)
    os.close(reports)
    os.waitpid(child, 0)


def test_a_directory_cannot_be_taken_along(user: str) -> None:
    descriptor = os.open("/", os.O_RDONLY)
    try:
        assert "directory" in refused(user, Sandbox(), keep=[descriptor])
    finally:
        os.close(descriptor)


def test_several_threads_are_an_error(user: str) -> None:
    def start() -> None:
        threading.Thread(target=time.sleep, args=(1,), daemon=True).start()

    assert "threads" in refused(user, Sandbox(), before=start)


def test_usage_covers_the_whole_tree(user: str) -> None:
    megabytes, found = 64, {}
    heard, said = os.pipe()
    answers, answer = os.pipe()

    def work() -> None:
        data = bytearray(os.urandom(1 << 20)) * megabytes
        first = os.fork()
        if not first:
            end = time.process_time() + 0.5
            while time.process_time() < end:
                pass
            os._exit(0)
        os.waitpid(first, 0)
        second = os.fork()
        os.write(said, b"x")
        if not second:
            time.sleep(30)
            os._exit(0)
        os.read(answers, 1)
        os.kill(second, signal.SIGKILL)
        os.waitpid(second, 0)
        del data

    def measure(pid: int) -> None:
        assert select.select([heard], [], [], 20)[0]
        time.sleep(0.1)
        found["usage"] = tree_usage(pid)
        found["quick"] = tree_usage(pid, memory=False)
        os.write(answer, b"x")

    attempt = inside(work, user, keep=[said, answers], meanwhile=measure)
    assert not attempt.error
    usage = found["usage"]
    assert 0.5 <= usage.cpu_seconds < 3
    assert megabytes * 2**20 <= usage.resident_bytes < (megabytes + 400) * 2**20
    assert usage.processes == 4, "outer, init, the code and its child"
    assert (found["quick"].resident_bytes, found["quick"].processes) == (0, 4)
    for descriptor in (heard, said, answers, answer):
        os.close(descriptor)


def test_usage_of_no_process_is_nothing(user: str) -> None:
    usage = tree_usage(2**22 - 1)
    assert (usage.cpu_seconds, usage.resident_bytes, usage.processes) == (0, 0, 0)


def test_older_mount_calls_do_as_well(user: str) -> None:
    def older() -> None:
        filesystem.has_new_mount_calls = lambda: False

    def work() -> dict[str, object]:
        import json as module

        wrong = []
        with open("/proc/self/mountinfo") as file:
            for line in file:
                fields = line.split()
                point, options = fields[4], fields[5].split(",")
                private = point.startswith(("/sandbox", "/tmp", "/dev"))
                if "nosuid" not in options or ("ro" not in options and not private):
                    wrong.append(line)
        return {"wrong": wrong, "works": module.dumps(1), "null": Path("/dev/null").read_text()}

    assert inside(work, user, before=older).value == {"wrong": [], "works": "1", "null": ""}


def test_a_machine_whose_proc_is_covered_shows_a_little_of_it(user: str) -> None:
    def cover() -> None:
        real = linux.mount

        def mount(source: str | None, target: str, kind: str | None, *rest: object) -> None:
            if kind == "proc":
                raise OSError(1, "refused, as in a container")
            real(source, target, kind, *rest)

        linux.mount = mount

    def work() -> list[object]:
        with open("/proc/meminfo") as file:
            return [sorted(os.listdir("/proc")), file.readline().split()[0]]

    names, first = inside(work, user, before=cover).value
    assert names == sorted([*filesystem.PROC_OF_MACHINE, "self"])
    assert first == "MemTotal:"


def test_an_unsafe_sandbox_still_has_limits_and_a_place_of_its_own(user: str) -> None:
    def work() -> dict[str, object]:
        return {
            "here": os.getcwd(),
            "names": os.listdir("."),
            "home": os.environ["HOME"],
            "files": os.listdir(os.environ["TMPDIR"]),
        }

    sandbox = Sandbox(unsafe=True, files={"a": b"1"}, limits=Limits(open_files=50))
    found = inside(work, user, sandbox).value
    assert found["names"] == ["a"]
    assert found["files"] == []
    assert not os.path.exists(found["here"]), "the directory is left behind"
    assert found["home"].startswith(os.path.dirname(found["here"]))

    def many() -> int:
        try:
            for _ in range(100):
                os.dup(1)
        except OSError as error:
            return error.errno
        return 0

    assert inside(many, user, sandbox).value == 24


def test_daemons_of_an_unsafe_sandbox_end_with_it(user: str) -> None:
    held, life = os.pipe()

    def work() -> int:
        if not os.fork():
            os.setsid()
            if not os.fork():
                _daemon()
            os._exit(0)
        return 1

    assert inside(work, user, Sandbox(unsafe=True), keep=[life]).value == 1
    os.close(life)
    assert _gone(held)
    os.close(held)


def test_settings_survive_json(user: str) -> None:
    sandbox = Sandbox(limits=Limits(memory=1), read=("/a",), bind=(("/b", "/c"),), files_from="/d")
    assert Sandbox.from_json(sandbox.to_json()) == sandbox
