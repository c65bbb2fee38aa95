"""What code in a sandbox can't reach: files, processes, network, the kernel."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sidebyside.grading.sandbox import Sandbox, landlock, linux, seccomp
from tests.grading.ordinary_user import become_ordinary_user
from tests.grading.sandbox_attempts import (
    ORDINARY,
    ROOT,
    USERS,
    inside,
    needs_sandbox,
    open_directory,
)

REPOSITORY = Path(__file__).resolve().parents[2]
SECRET = "SIDEBYSIDE_TEST_SECRET"

pytestmark = [needs_sandbox, pytest.mark.parametrize("user", USERS)]


def opened(paths: list[str], mode: str = "rb") -> list[str]:
    """Those of the paths that could be opened (or listed)."""
    found = []
    for path in paths:
        try:
            if mode == "rb" and os.path.isdir(path):
                os.listdir(path)
            else:
                with open(path, mode):
                    pass
        except OSError:
            continue
        found.append(path)
    return found


def test_files_of_the_machine_cannot_be_read(user: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("answers")
    for path in (secret, tmp_path):
        path.chmod(0o755)
    home = os.path.expanduser("~")
    paths = [
        "/etc/shadow",
        "/etc/hostname.orig",
        *(f"/{name}" for name in ("boot", "home", "mnt", "opt", "run", "srv", "var")),
        *(str(REPOSITORY / name) for name in ("source", "tests", "solutions", ".git", "README.md")),
        *(os.path.join(home, name) for name in (".bashrc", ".profile", ".ssh", ".cache")),
        str(secret),
        os.path.relpath(secret, "/"),
        "../" * 20 + str(secret).lstrip("/"),
    ]
    assert inside(lambda: opened(paths), user).value == []


def below(top: Path | str) -> set[str]:
    """The entries of a directory on the way to this Python and to the package."""
    top = Path(top)
    found = [Path(path) for path in (sys.prefix, sys.base_prefix, REPOSITORY / "sidebyside")]
    return {path.relative_to(top).parts[0] for path in found if path.is_relative_to(top)}


def test_of_the_repository_only_the_package_is_there(user: str) -> None:
    repository = str(REPOSITORY)
    assert set(inside(lambda: os.listdir(repository), user).value) == below(repository)


def test_the_root_holds_only_what_was_put_there(user: str) -> None:
    found = set(inside(lambda: os.listdir("/"), user).value)
    own = {"dev", "etc", "proc", "sandbox", "tmp"}
    shown = {"usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "sys"}
    places = {sys.prefix, sys.base_prefix, str(REPOSITORY), os.path.realpath(sys.prefix)}
    assert own <= found <= own | shown | {path.split("/")[1] for path in places}


def test_nothing_is_mounted_but_what_was_put_there(user: str) -> None:
    def work() -> list[str]:
        with open("/proc/self/mountinfo") as file:
            return [line.split()[4] for line in file]

    points = inside(work, user).value
    assert "/.machine" not in points
    assert "/" in points
    assert len(points) < 40


def test_every_mount_is_read_only_but_the_private_ones(user: str) -> None:
    def work() -> list[str]:
        wrong = []
        with open("/proc/self/mountinfo") as file:
            for fields in map(str.split, file):
                point, options = fields[4], set(fields[5].split(","))
                device = point.startswith("/dev/") and point != "/dev/shm"
                private = point in ("/sandbox", "/tmp", "/dev/shm")
                expected = {"nosuid"} if device else {"nosuid", "nodev"}
                if not (private or device):
                    expected.add("ro")
                if not expected <= options:
                    wrong.append(f"{point}: {fields[5]}")
        return wrong

    assert inside(work, user).value == []


def test_every_namespace_is_another(user: str) -> None:
    names = ["cgroup", "ipc", "mnt", "net", "pid", "uts"]
    names += ["user"] if user == ORDINARY else []

    def work() -> dict[str, str]:
        return {name: os.readlink(f"/proc/self/ns/{name}") for name in names}

    here, there = work(), inside(work, user).value
    assert {name for name in names if here[name] == there[name]} == set()


def test_inside_a_user_namespace_none_further_can_be_made(user: str) -> None:
    def work() -> int:
        return int(Path("/proc/sys/user/max_user_namespaces").read_text())

    assert (inside(work, user).value == 0) == (user == ORDINARY)


def test_nothing_outside_the_private_directory_can_be_written(user: str) -> None:
    def work() -> list[str]:
        folders = ["/", "/etc", "/usr", "/usr/bin", "/dev", "/proc", "/sys/devices/system/cpu"]
        folders += [sys.prefix, sys.base_prefix, os.path.dirname(os.__file__), "/sandbox/.."]
        paths = [os.path.join(folder, "planted") for folder in folders]
        paths += [os.__file__, os.path.realpath(sys.executable), "/etc/passwd"]
        paths += [str(REPOSITORY / "sidebyside/__init__.py"), str(REPOSITORY / "planted")]
        return opened(paths, "ab")

    # Below /tmp, where a repository may lie, everything is the sandbox's own.
    assert [path for path in inside(work, user).value if not path.startswith("/tmp/")] == []
    assert not (REPOSITORY / "planted").exists()


def test_files_cannot_be_renamed_or_removed_outside(user: str) -> None:
    def work() -> list[str]:
        done = []
        for change in (
            lambda: os.unlink("/etc/passwd"),
            lambda: os.rename("/etc/passwd", "/etc/other"),
            lambda: os.chmod("/etc/passwd", 0o777),
            lambda: os.utime("/etc/passwd"),
            lambda: os.link("/etc/passwd", "/etc/other"),
            lambda: os.symlink("/", "/etc/other"),
            lambda: os.chmod(os.__file__, 0o777),
        ):
            try:
                change()
            except OSError:
                continue
            done.append(str(change))
        return done

    assert inside(work, user).value == []


def test_the_environment_holds_nothing_of_the_machine(
    user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECRET, "token")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    started_with = Path("/proc/self/environ").read_bytes()
    assert started_with.strip(b"\0"), "this process itself was started with no environment"

    def work() -> dict[str, object]:
        shown = b""
        for name in ["self", *filter(str.isdigit, os.listdir("/proc"))]:
            try:
                with open(f"/proc/{name}/environ", "rb") as file:
                    shown += file.read().strip(b"\0")
            except OSError:
                pass
        libc = ctypes.CDLL(None)
        libc.getenv.restype = ctypes.c_char_p
        return {
            "environ": dict(os.environ),
            "c": libc.getenv(SECRET.encode()) is not None,
            "process": shown.decode("latin-1"),
        }

    found = inside(work, user).value
    assert SECRET not in found["environ"]
    assert found["environ"]["OMP_NUM_THREADS"] == "1"
    for name in ("HOME", "XDG_CACHE_HOME", "MPLCONFIGDIR", "IPYTHONDIR", "KERAS_HOME"):
        assert found["environ"][name].startswith("/sandbox/")
    assert not found["c"]
    assert found["process"] == ""


def test_open_files_are_closed(user: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("answers")
    with open(tmp_path / "secret") as secret, open(tmp_path / "kept", "w+") as kept:

        def work() -> list[int]:
            found = []
            for descriptor in range(3, 256):
                with contextlib.suppress(OSError):
                    found.append(os.fstat(descriptor).st_ino)
            return found

        numbers = inside(work, user, keep=[kept.fileno()]).value
        assert os.fstat(kept.fileno()).st_ino in numbers
        assert os.fstat(secret.fileno()).st_ino not in numbers
        assert len(numbers) == 2, "the kept file and this test's pipe"


@pytest.mark.parametrize(
    ("family", "kind"),
    [
        (socket.AF_INET, socket.SOCK_STREAM),
        (socket.AF_INET, socket.SOCK_DGRAM),
        (socket.AF_INET, socket.SOCK_RAW),
        (socket.AF_INET6, socket.SOCK_STREAM),
        (socket.AF_NETLINK, socket.SOCK_RAW),
        (socket.AF_PACKET, socket.SOCK_RAW),
        (socket.AF_VSOCK, socket.SOCK_STREAM),
        (socket.AF_ALG, socket.SOCK_SEQPACKET),
    ],
)
def test_only_unix_sockets_can_be_made(user: str, family: int, kind: int) -> None:
    attempt = inside(lambda: socket.socket(family, kind).close(), user)
    assert (attempt.error, attempt.code) == ("PermissionError", errno.EPERM)


def test_unix_sockets_work(user: str) -> None:
    def work() -> bytes:
        with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
            server.bind("/tmp/socket")
            server.listen()
            client.connect("/tmp/socket")
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"here")
                return list(client.recv(4))

    assert bytes(inside(work, user).value) == b"here"


def test_there_is_no_network_but_an_idle_loopback(user: str) -> None:
    def work() -> list[str]:
        with open("/proc/net/dev") as file:
            return [line.split(":")[0].strip() for line in file if ":" in line]

    assert inside(work, user).value == ["lo"]


def test_names_cannot_be_looked_up(user: str) -> None:
    assert inside(lambda: str(socket.getaddrinfo("example.org", 80)), user).error == "gaierror"


def test_abstract_sockets_of_the_machine_cannot_be_reached(user: str) -> None:
    name = f"\0sidebyside-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)
        server.listen()

        def work() -> None:
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(name)

        assert inside(work, user).error == "ConnectionRefusedError"


def test_other_processes_are_neither_seen_nor_signalled(user: str) -> None:
    def keep_running() -> None:
        os.execv("/bin/sleep", ["sleep", "60"])

    sentinel = os.fork()
    if not sentinel:
        if user == ORDINARY and os.geteuid() == 0:
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
        keep_running()
    try:

        def work() -> dict[str, object]:
            seen = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
            killer = os.fork()
            if not killer:
                for target in (sentinel, os.getppid(), 1, 0, -1):
                    try:
                        if target != os.getppid():
                            os.kill(target, signal.SIGKILL)
                    except OSError:
                        pass
                os._exit(0)
            return {"seen": seen, "parent": os.getppid()}

        found = inside(work, user, seconds=5)
        if found.value is not None:  # kill(-1) may have come before the answer
            assert found.value["seen"] == [1, 2]
            assert found.value["parent"] == 0
        assert os.waitpid(sentinel, os.WNOHANG) == (0, 0), "a process outside was killed"
    finally:
        os.kill(sentinel, signal.SIGKILL)
        os.waitpid(sentinel, 0)


def test_killing_the_parent_kills_no_one_outside(user: str) -> None:
    def work() -> str:
        os.kill(os.getppid(), signal.SIGKILL)  # parent 0: the whole process group
        return "still here"

    grader = os.fork()
    if not grader:
        os.setsid()
        if user == ORDINARY and os.geteuid() == 0:
            become_ordinary_user()  # the grader too: it may be killed by what is its user's
        attempt = inside(work, user, own_session=False)
        os._exit(0 if attempt.value is None and attempt.status == -signal.SIGKILL else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(grader, 0)[1]) == 0


def test_there_are_no_rights_left(user: str) -> None:
    def work() -> dict[str, str]:
        with open("/proc/self/status") as file:
            pairs = (line.split(":", 1) for line in file)
            return {name: value.strip() for name, value in pairs}

    status = inside(work, user).value
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(status[name], 16) == 0, name
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    uids = set(status["Uid"].split())
    assert len(uids) == 1 and uids != {"0"}
    assert status["Groups"].split() in ([], ["65534"]), "65534: not in the map"


@pytest.mark.parametrize(
    ("names", "answer"),
    [(seccomp.REFUSED, errno.EPERM), (seccomp.ABSENT, errno.ENOSYS)],
    ids=["refused", "absent"],
)
def test_calls_of_the_list_are_not_made(user: str, names: tuple[str, ...], answer: int) -> None:
    present = [name for name in names if linux.number(name) is not None]

    def work() -> dict[str, int]:
        answers = {}
        for name in present:
            try:
                answers[name] = linux.system_call(name, -1, -1, -1, -1, -1)
            except OSError as error:
                answers[name] = error.errno
        return answers

    assert inside(work, user).value == dict.fromkeys(present, answer)


@pytest.mark.parametrize(
    "flag",
    [
        linux.CLONE_NEWNS,
        linux.CLONE_NEWUSER,
        linux.CLONE_NEWPID,
        linux.CLONE_NEWNET,
        linux.CLONE_NEWIPC,
        linux.CLONE_NEWUTS,
        linux.CLONE_NEWCGROUP,
    ],
)
def test_no_namespace_can_be_made_by_clone(user: str, flag: int) -> None:
    def work() -> int:
        child = linux.system_call("clone", flag | signal.SIGCHLD, 0, 0, 0, 0)
        if not child:
            os._exit(0)
        return child

    attempt = inside(work, user)
    assert attempt.code == errno.EPERM


@pytest.mark.parametrize("request_", [0x5412, 0x541C])  # TIOCSTI, TIOCLINUX
def test_no_input_can_be_put_into_a_terminal(user: str, request_: int) -> None:
    def work() -> None:
        # not a terminal: without the filter the answer would be ENOTTY
        text = ctypes.create_string_buffer(b"x")
        linux.system_call("ioctl", os.pipe()[0], request_, text)

    assert inside(work, user).code == errno.EPERM


@pytest.mark.skipif(linux.MACHINE != "x86_64", reason="x86_64 has two further tables of calls")
def test_the_other_tables_of_calls_are_closed(user: str) -> None:
    def x32() -> int:
        libc = ctypes.CDLL(None, use_errno=True)
        result = libc.syscall(ctypes.c_long(0x40000000 | 39))  # getpid
        return -ctypes.get_errno() if result < 0 else result

    assert inside(x32, user).value == -errno.ENOSYS

    def i386() -> int:
        import mmap

        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")  # mov eax, 20 (getpid); int 0x80; ret
        address = ctypes.addressof(ctypes.c_char.from_buffer(page))
        return ctypes.CFUNCTYPE(ctypes.c_int)(address)()

    attempt = inside(i386, user)
    assert (attempt.value, attempt.status) == (None, -signal.SIGSYS)


def test_tricks_with_proc_lead_nowhere(user: str) -> None:
    def work() -> list[str]:
        reading = ["/proc/1/root/etc/shadow", "/proc/1/cwd", "/proc/1/exe", "/proc/1/mem"]
        reading += ["/proc/1/environ", "/proc/1/fd/0", "/proc/kcore", "/proc/kmsg"]
        reading += ["/proc/self/root/.machine", "/proc/self/root/var", "/proc/self/cwd/../../var"]
        writing = ["/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname"]
        writing += ["/proc/sys/vm/drop_caches", "/proc/sys/user/max_user_namespaces"]
        writing += ["/proc/sysrq-trigger", "/proc/self/oom_score_adj", "/proc/self/mem"]
        writing += ["/proc/self/setgroups", "/proc/self/uid_map", "/proc/1/oom_score_adj"]
        return opened(reading) + opened(writing, "r+b")

    assert inside(work, user).value == []


def test_the_first_process_cannot_be_held_even_without_landlock(user: str) -> None:
    """It ends when the outer process does, because the other end of its socket closes."""

    def take_away() -> None:
        landlock.restrict = lambda **paths: None

    def work() -> list[str]:
        found = opened([f"/proc/1/fd/{number}" for number in (0, 1)], "r+b")
        return found + opened(["/proc/1/root/.machine", "/proc/1/cwd/var", "/proc/1/root/var"])

    assert inside(work, user, before=take_away).value == []


def test_devices_cannot_be_made_or_found(user: str) -> None:
    def work() -> dict[str, object]:
        made = []
        for kind, number in (
            (stat.S_IFBLK, (8, 0)),
            (stat.S_IFCHR, (1, 1)),
            (stat.S_IFCHR, (1, 3)),
        ):
            try:
                os.mknod("/tmp/device", kind | 0o666, os.makedev(*number))
                made.append(number)
            except OSError:
                pass
        os.mkfifo("/tmp/fifo")
        hidden = [f"/dev/{name}" for name in ("kmsg", "mem", "port", "sda", "vda", "fuse", "kvm")]
        hidden += ["/dev/tty", "/dev/pts", "/dev/console", "/dev/loop-control"]
        return {
            "made": made,
            "listed": sorted(os.listdir("/dev")),
            "hidden": opened(hidden),
            "shown": len(opened(["/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"])),
        }

    found = inside(work, user).value
    assert found["made"] == found["hidden"] == []
    assert found["shown"] == 4
    assert found["listed"] == sorted(
        ["fd", "full", "null", "random", "shm", "stderr", "stdin", "stdout", "urandom", "zero"]
    )


def test_set_user_id_programs_give_nothing(user: str) -> None:
    def work() -> list[object]:
        real = subprocess.run([tool, "-u"], capture_output=True, text=True, check=True)
        su = subprocess.run(["su", "-c", "id"], stdin=subprocess.DEVNULL, capture_output=True)
        return [int(real.stdout), os.getuid(), su.returncode != 0]

    with open_directory() as folder:
        tool = str(folder / "id")
        shutil.copy("/usr/bin/id", tool)
        os.chmod(tool, 0o4755)
        mine, expected, su_failed = inside(work, user, Sandbox(read=(tool,))).value
    assert mine == expected != 0
    assert su_failed


def test_nothing_can_be_mounted_and_no_root_changed(user: str) -> None:
    def work() -> list[int]:
        codes = []
        os.mkdir("/tmp/new")
        for name, arguments in (
            ("mount", (b"x", b"/tmp/new", b"tmpfs", 0, None)),
            ("mount", (None, b"/", None, linux.MS_REMOUNT | linux.MS_BIND, None)),
            ("mount", (None, b"/proc", None, linux.MS_REMOUNT | linux.MS_BIND, None)),
            ("umount2", (b"/proc", linux.MNT_DETACH)),
            ("pivot_root", (b"/tmp", b"/tmp/new")),
            ("chroot", (b"/tmp",)),
            ("unshare", (linux.CLONE_NEWUSER | linux.CLONE_NEWNS,)),
            ("unshare", (linux.CLONE_NEWUSER,)),
            ("unshare", (0x80,)),  # time
        ):
            try:
                linux.system_call(name, *arguments)
                codes.append(0)
            except OSError as error:
                codes.append(error.errno)
        return codes

    assert inside(work, user).value == [errno.EPERM] * 9


def test_two_sandboxes_know_nothing_of_each_other(user: str) -> None:
    def work() -> dict[str, object]:
        with open("/tmp/mine", "x") as file, open("/dev/shm/mine", "x"):
            file.write("x")
        time.sleep(0.2)
        seen = [name for name in os.listdir("/proc") if name.isdigit()]
        return {"uid": os.getuid(), "seen": len(seen), "files": os.listdir("/tmp")}

    found: list[dict[str, object]] = []
    first = inside(work, user, meanwhile=lambda pid: found.append(inside(work, user).value)).value
    for sandbox in (first, found[0]):
        assert sandbox["seen"] == 2
        assert set(sandbox["files"]) == {"mine"} | below("/tmp")
    if user == ROOT:
        assert first["uid"] != found[0]["uid"]
        assert min(first["uid"], found[0]["uid"]) >= 20_000


def test_the_machine_is_left_as_it_was(user: str) -> None:
    def places() -> tuple[str, list[str], list[str]]:
        with open("/proc/self/mounts") as file:
            return file.read(), os.listdir("/"), [n for n in os.listdir("/tmp") if "sandbox" in n]

    before = places()
    assert inside(lambda: 1, user).value == 1
    inside(lambda: time.sleep(60), user, seconds=0.5)  # killed
    assert places() == before
