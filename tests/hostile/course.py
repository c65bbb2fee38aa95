"""A course full of hostile submissions, graded from outside: built, graded, looked over.

The process that grades has a home of its own with things worth stealing, a listener to be reached,
and outer limits. Nothing of a submission is executed by this module.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import json
import os
import resource
import secrets
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import sysconfig
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions

from sidebyside.grading.warm import processes
from tests.hostile.catalogue import HERE, NAME, Entry, honest, submit

SECRETS = ("HIDDEN-CANARY-7f3a", "SOLUTION-CANARY-91c2", "SECRET-CANARY-5d10")
PLANTED = "hostile-canary"
SHARED = ("/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/run/lock", "/mnt", "/opt", "/root")
CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "hostile"
c.SideBySide.cell_seconds = 3
c.SideBySide.submission_seconds = 120
c.SideBySide.memory = 3.5
c.SideBySide.processes = 64
c.SideBySide.private = 64
c.SideBySide.open_files = 256
"""
LONGEST = 1500  # seconds for the whole batch


@dataclass
class Course:
    """Where everything lies."""

    base: Path
    course: Path
    home: Path
    planted: Path
    listener: Listener
    students: dict[str, Entry] = field(default_factory=dict)
    honest: dict[str, dict[str, float]] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)


class Listener:
    """Listens on every kind of socket that a submission might reach; notes whoever comes."""

    def __init__(self, folder: Path) -> None:
        self.hits: list[str] = []
        tcp, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
        tcp.bind(("127.0.0.1", 0))
        self.port = tcp.getsockname()[1]
        udp.bind(("127.0.0.1", self.port))
        abstract, path = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
        abstract.bind(f"\0hostile-{self.port}")
        path.bind(str(folder / "hostile.socket"))
        os.chmod(folder / "hostile.socket", 0o777)
        self._sockets = {"tcp": tcp, "udp": udp, "abstract": abstract, "path": path}
        for name, one in self._sockets.items():
            threading.Thread(target=self._listen, args=(name, one), daemon=True).start()

    def _listen(self, name: str, one: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if name == "udp":
                while one.recv(100):
                    self.hits.append(name)
            one.listen()
            while True:
                one.accept()[0].close()
                self.hits.append(name)

    def close(self) -> None:
        for one in self._sockets.values():
            one.close()


def students_version(source: dict) -> dict:
    """The notebook as it is released."""
    notebook = nbformat.from_dict(copy.deepcopy(source))
    for step in (ClearSolutions(), ClearHiddenTests()):
        notebook, _ = step.preprocess(notebook, {})
    return json.loads(nbformat.writes(notebook))


def build(base: Path, entries: list[Entry]) -> Course:
    """Write the course, the home and the submissions under ``base``."""
    course, home, planted = base / "course", base / "home", base / "planted"
    source = course / "source" / NAME
    for folder in (source, home / ".ipython" / "profile_default" / "startup", planted):
        folder.mkdir(parents=True)
    planted.chmod(0o777)
    (home / "secret.txt").write_text(SECRETS[2])
    (home / ".bashrc").write_text(f"export TOKEN={SECRETS[2]}\n")
    (course / "nbgrader_config.py").write_text(CONFIG)
    shutil.copyfile(HERE / "assignment.ipynb", source / f"{NAME}.ipynb")
    made = Course(base, course, home, planted, Listener(planted))
    blank = students_version(nbformat.read(HERE / "assignment.ipynb", 4))
    for student, (notebook, points) in honest(blank).items():
        folder = course / "submitted" / student / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_text(json.dumps(notebook))
        made.honest[student] = points
    places = {
        "COURSE": str(course),
        "HOME": str(home),
        "TMP": str(planted),
        "SITE": sysconfig.get_paths()["purelib"],
        "PORT": str(made.listener.port),
    }
    for entry in entries:
        folder = course / "submitted" / entry.name / NAME
        folder.mkdir(parents=True)
        submit(entry, folder, blank, places)
        made.students[entry.name] = entry
    made.before = {name: fingerprint(course / name) for name in ("source", "submitted")}
    made.before["config"] = fingerprint(course / "nbgrader_config.py")
    return made


def fingerprint(top: Path) -> str:
    """Of all names, kinds, sizes, links and (up to 30 MB) contents below a path."""
    found = hashlib.sha256()
    paths = [top, *sorted(top.rglob("*"))] if top.is_dir() else [top]
    for path in paths:
        status = path.lstat()
        found.update(f"{os.fsencode(path)} {status.st_mode} {status.st_size}".encode())
        if stat.S_ISLNK(status.st_mode):
            found.update(os.fsencode(os.readlink(path)))
        elif stat.S_ISREG(status.st_mode) and status.st_size < 30e6 and os.access(path, os.R_OK):
            found.update(path.read_bytes())
    return found.hexdigest()


@dataclass(frozen=True)
class Ran:
    """A command's end."""

    code: int
    output: str
    seconds: float


def run(course: Course, *arguments: str, become=lambda: None, seconds: float = LONGEST) -> Ran:
    """Run ``sidebyside …`` in the course, with outer limits; nothing survives it."""

    def before() -> None:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**32, 2**32))
        become()

    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(course.home),
        "PYTHONPATH": str(HERE.parents[1]),
        "OMP_NUM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "LANG": "C.UTF-8",
        "TOKEN": SECRETS[2],
        "DATABASE_PASSWORD": SECRETS[2],
    }
    began = time.monotonic()
    log = course.base / f"log-{secrets.token_hex(4)}"
    with open(log, "wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "sidebyside.grading.commands", *arguments],
            cwd=course.course,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            preexec_fn=before,
        )
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            processes.kill_tree(process.pid)
            code = process.wait(30)
    return Ran(code, log.read_text(errors="replace"), time.monotonic() - began)


def daemons() -> list[str]:
    """Processes that a submission has left: by their name, or handed to this process."""
    found = []
    for pid, parent, _, state in processes.processes():
        with contextlib.suppress(OSError):
            name = Path("/proc", str(pid), "comm").read_text().strip()
            if name.startswith("hostile") and state not in "ZX":
                found.append(f"{pid} {name} of {parent}")
    return found


def planted_files(course: Course) -> list[str]:
    """Files outside the submissions that only a hostile submission writes."""
    found = [str(p) for place in SHARED for p in Path(place).glob(f"*{PLANTED}*")]
    found += [str(p) for p in Path("/root").glob(".*hostile*")]
    site = Path(sysconfig.get_paths()["purelib"])
    found += [str(p) for p in site.glob("*hostile[-_]canary*")]
    found += [str(p) for p in course.planted.rglob("*") if p.name != "hostile.socket"]
    places = [course.home, course.course / "source", course.course / "nbgrader_config.py"]
    for place in places:
        for path in [place, *place.rglob("*")]:
            if path.is_file() and b"HOSTILE" in path.read_bytes():
                found.append(str(path))
    return found


def clean_up() -> None:
    """Take away what a hole in the sandbox has let through, so that it is found once."""
    site = Path(sysconfig.get_paths()["purelib"])
    for place in map(Path, SHARED):
        for path in [*place.glob(f"*{PLANTED}*"), *place.glob(".*hostile-canary*")]:
            path.unlink(missing_ok=True)
    for path in site.glob("*hostile[-_]canary*"):
        path.unlink(missing_ok=True)
    for line in daemons():
        os.kill(int(line.split()[0]), signal.SIGKILL)


def scores(course: Course) -> dict[str, dict[str, float]]:
    """What the gradebook says: points by student, then by graded cell."""
    query = """
        select submitted_assignment.student_id, base_cell.name, grade.auto_score,
               grade.manual_score, grade.extra_credit
        from grade
        join base_cell on base_cell.id = grade.cell_id
        join submitted_notebook on submitted_notebook.id = grade.notebook_id
        join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
    """
    found: dict[str, dict[str, float]] = {}
    with contextlib.closing(sqlite3.connect(course.course / "gradebook.db")) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        for student, name, score, manual, extra in connection.execute(query):
            assert not manual and not extra
            found.setdefault(student, {})[name] = score
    return found


def records(course: Course) -> dict[str, dict[str, Any]]:
    """The grader's record of every submission."""
    with contextlib.closing(sqlite3.connect(course.course / "gradebook.db")) as connection:
        rows = connection.execute("select student, record from sidebyside_record")
        return {student: json.loads(record) for student, record in rows}


def outputs(course: Course, student: str) -> str:
    """All outputs of the autograded notebook, as text."""
    path = course.course / "autograded" / student / NAME / f"{NAME}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return "\n".join(
        json.dumps(c.get("outputs", []), ensure_ascii=False) for c in notebook["cells"]
    )
