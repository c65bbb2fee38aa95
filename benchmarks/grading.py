"""How fast the grader is, beside stock nbgrader, on the same class in the same run.

    make benchmark

For an assignment that imports NumPy only and for one that imports TensorFlow and PyTorch it prints
submissions per minute of ``nbgrader autograde`` and of ``sidebyside grade``, their ratio, the bare
cost of the cells (the same code run by ``exec`` in a fork that has everything imported), and the
memory of a running submission (of a run of its own, because watching costs time). Then the cost
from 10 to 1,000 submissions, and with 1, 2 and 4 workers. Both graders are timed as commands,
start-up included; the marginal cost (the slope between a class and one of half its size) is given
beside it.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil

from benchmarks.classes import ASSIGNMENTS, make_class
from sidebyside.grading.warm import WarmParent

MEGABYTE = 1e6
WATCHED = 10  # submissions of the run in which memory is watched


@dataclass
class Timing:
    """Wall and processor time in seconds."""

    seconds: float
    cpu_seconds: float


@dataclass
class Memory:
    """Peaks of memory that is not shared, in bytes: of each fork, and of all processes."""

    forks: list[int]
    total: int


def timed(command: list[str], folder: Path) -> Timing:
    """Run a command."""
    before = sum(os.times()[2:4])  # of the children, user and system
    started = time.perf_counter()
    _finish(_start(command, folder))
    seconds = time.perf_counter() - started
    return Timing(seconds, sum(os.times()[2:4]) - before)


def watched(command: list[str], folder: Path) -> Memory:
    """Run a command and watch its memory."""
    process = _start(command, folder)
    watcher = MemoryWatcher(process.pid)
    watcher.start()
    _finish(process)
    watcher.stop()
    return Memory(sorted(watcher.private), watcher.total)


def _start(command: list[str], folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        cwd=folder,
        env=dict(os.environ, OMP_NUM_THREADS="1", TF_CPP_MIN_LOG_LEVEL="3"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _finish(process: subprocess.Popen[str]) -> None:
    output, _ = process.communicate()
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(process.args)} failed:\n{output[-3000:]}")


class MemoryWatcher(threading.Thread):
    """Samples the unshared memory of a command's processes ten times in a second."""

    def __init__(self, pid: int):
        super().__init__(daemon=True)
        self.root, self.ended = psutil.Process(pid), threading.Event()
        self.peaks: dict[int, int] = {}
        self.total = 0
        self.parents: dict[int, int] = {}

    def run(self) -> None:
        while not self.ended.wait(0.1):
            total = 0
            try:
                processes = [self.root, *self.root.children(recursive=True)]
            except psutil.Error:
                continue
            for process in processes:
                try:
                    private = process.memory_full_info().uss
                    self.parents[process.pid] = process.ppid()
                except (psutil.Error, OSError):
                    continue
                self.peaks[process.pid] = max(private, self.peaks.get(process.pid, 0))
                total += private
            self.total = max(self.total, total)

    @property
    def private(self) -> list[int]:
        """The peaks of the processes that lived last in line: the forks, not what forked them."""
        return [peak for pid, peak in self.peaks.items() if pid not in set(self.parents.values())]

    def stop(self) -> None:
        self.ended.set()
        self.join()


def stock(folder: Path, name: str) -> list[str]:
    """The command that grades the class in ``folder`` with nbgrader alone."""
    program = [sys.executable, "-m", "nbgrader"]
    subprocess.run(
        [*program, "generate_assignment", name, "--force", "--create"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return [*program, "autograde", name, "--create"]


def ours(name: str, workers: int) -> list[str]:
    """The command that grades the class with this package."""
    command = [sys.executable, "-m", "sidebyside.grading.commands", "grade", name]
    return [*command, "--workers", str(workers)]


def scores(folder: Path) -> dict[tuple[str, str], float]:
    """(student, cell) → points, as the gradebook has them."""
    query = """
        select submitted_assignment.student_id, base_cell.name, grade.auto_score
        from grade join submitted_notebook on grade.notebook_id = submitted_notebook.id
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
        join base_cell on grade.cell_id = base_cell.id
    """
    with sqlite3.connect(folder / "gradebook.db") as database:
        return {(student, cell): score for student, cell, score in database.execute(query)}


def bare(folder: Path, name: str) -> float:
    """Mean seconds of a submission's cells, run by ``exec`` in a fork that imported everything."""
    paths = sorted((folder / "submitted").glob(f"*/{name}/*.ipynb"))[:20]
    source = nbformat.read(folder / "source" / name / f"{name}.ipynb", as_version=4)
    tests = {c.metadata.nbgrader.grade_id: c.source for c in source.cells}
    total = 0.0
    preload = ("numpy", "tensorflow", "torch") if name == "layers" else ("numpy",)
    with WarmParent((*preload, "benchmarks.cells")) as parent:
        for path in paths:
            cells = nbformat.read(path, as_version=4).cells
            code = [
                tests[c.metadata.nbgrader.grade_id] if c.metadata.nbgrader.grade else c.source
                for c in cells
            ]
            began = time.perf_counter()
            child = parent.fork("benchmarks.cells:run_cells", argument={"cells": code})
            child.wait(120)
            total += time.perf_counter() - began
    return total / len(paths)


def compare(name: str, size: int, workers: int) -> None:
    timings, memory, results = {}, {}, {}
    with tempfile.TemporaryDirectory() as directory:
        for grader in ("stock", "ours"):
            for part, students in (("watched", WATCHED), ("half", size // 2), ("whole", size)):
                folder = Path(directory) / f"{grader}-{part}"
                make_class(folder, name, students)
                command = stock(folder, name) if grader == "stock" else ours(name, workers)
                if part == "watched":
                    memory[grader] = watched(command, folder)
                else:
                    timings[grader, part] = timed(command, folder)
            results[grader] = scores(folder)
        cells = bare(folder, name)
    same = results["stock"] == results["ours"]
    print(
        f"\n{name}: {size} submissions, {workers} workers; scores equal: {'yes' if same else 'NO'}"
    )
    marginal = {}
    for grader in ("stock", "ours"):
        whole, half = timings[grader, "whole"], timings[grader, "half"]
        marginal[grader] = (whole.seconds - half.seconds) / (size - size // 2)
        print(
            f"  {grader:6s} {whole.seconds:8.1f} s  {60 * size / whole.seconds:8.1f} a minute"
            f"   marginal {1000 * marginal[grader]:8.0f} ms a submission"
            f"   processor {whole.cpu_seconds / size:6.2f} s a submission"
        )
    whole = {grader: timings[grader, "whole"].seconds for grader in ("stock", "ours")}
    print(f"  ratio: {whole['stock'] / whole['ours']:.1f} with start-up,", end=" ")
    print(f"{marginal['stock'] / marginal['ours']:.1f} marginal")
    print(f"  bare cost of the cells: {1000 * cells:.0f} ms a submission in one process,", end=" ")
    print(
        f"so at best {marginal['stock'] / cells * workers:.0f} times stock with {workers} workers;"
    )
    per_submission = 1000 * marginal["ours"] * workers
    print(f"  one submission keeps a worker for {per_submission:.0f} ms: ", end="")
    print(f"overhead {per_submission - 1000 * cells:.0f} ms")
    forks = memory["ours"].forks
    print(
        f"  memory of one fork that is not shared: median {forks[len(forks) // 2] / MEGABYTE:.0f},"
        f" largest {forks[-1] / MEGABYTE:.0f} MB (a running submission is two forks);"
        f" all processes {memory['ours'].total / MEGABYTE:.0f} MB,"
        f" stock {memory['stock'].total / MEGABYTE:.0f} MB"
    )


def growth(name: str, sizes: list[int], workers: int) -> None:
    print(f"\n{name}: growth with {workers} workers")
    for size in sizes:
        with tempfile.TemporaryDirectory() as directory:
            make_class(Path(directory), name, size)
            timing = timed(ours(name, workers), Path(directory))
        print(f"  {size:5d} submissions {timing.seconds:8.1f} s", end="  ")
        print(f"{1000 * timing.seconds / size:7.0f} ms each", flush=True)


def scaling(name: str, size: int, counts: list[int]) -> None:
    print(f"\n{name}: {size} submissions by 1, 2, 4 workers")
    for workers in counts:
        with tempfile.TemporaryDirectory() as directory:
            make_class(Path(directory), name, size)
            timing = timed(ours(name, workers), Path(directory))
        print(f"  {workers} workers {timing.seconds:8.1f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=60, help="class of the comparison with stock")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--growth", type=int, nargs="*", default=[10, 100, 1000])
    parser.add_argument("--only", choices=sorted(ASSIGNMENTS), help="one of the two assignments")
    options = parser.parse_args()
    names = [options.only] if options.only else sorted(ASSIGNMENTS)
    for name in names:
        compare(name, options.size, options.workers)
    for name in names:
        if options.growth:
            growth(name, options.growth, options.workers)
            scaling(name, 40, [1, 2, 4])


if __name__ == "__main__":
    main()
