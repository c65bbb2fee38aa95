"""What the pieces of the grader hand to one another: a job in, an outcome out; plain data only."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MEBIBYTE = 2**20

PASSED, PARTIAL, FAILED, UNPROVEN, MANUAL = "passed", "partial", "failed", "unproven", "manual"
HIDDEN_FAILED = "A hidden test failed."  # what a student reads, and what it tried after it


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes:
        cell_seconds: processor time of one cell (a student's cell, or a test cell with all that it
            calls), in seconds; its wall time may be ``wall_seconds``.
        submission_seconds: wall time of the whole submission, restarts included.
        memory: bytes of address space of a process, and of resident memory of all together.
        processes: processes and threads at once.
        private: bytes of the private directory.
        open_files: open files of a process.
        output: bytes of output kept of one cell.
        message: bytes of one message between the student's side and the examiner.
        restarts: how often the student's side is started again after it died.
    """

    cell_seconds: float = 60.0
    submission_seconds: float = 900.0
    memory: int = 4096 * MEBIBYTE
    processes: int = 128
    private: int = 256 * MEBIBYTE
    open_files: int = 256
    output: int = 100_000
    message: int = 256 * MEBIBYTE
    restarts: int = 5

    @property
    def wall_seconds(self) -> float:
        """Wall time of one cell, in seconds: enough for a slow machine, an end for a sleeper."""
        return 2 * self.cell_seconds + 10


@dataclass(frozen=True)
class Job:
    """All that the examination of one notebook depends on.

    Attributes:
        instructor: the instructor's notebook (nbformat 4 as plain data), solutions and hidden tests
            included. The student's side never sees it.
        submitted: the student's notebook, made sound: every nbgrader cell of ``instructor`` exactly
            once, in its order, locked and test cells with the instructor's text.
        files: what the student's code finds in its directory (relative path → content).
        instructor_files: the same for the examiner.
        notes: what was mended in the submission, in words that its author understands.
    """

    assignment: str
    student: str
    notebook: str
    instructor: Mapping[str, Any]
    submitted: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)
    instructor_files: Mapping[str, bytes] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    notes: tuple[str, ...] = ()
    unsafe: bool = False

    @property
    def seed(self) -> int:
        """The seed of both sides' random numbers: the same for every submission."""
        return zlib.crc32(f"{self.assignment}/{self.notebook}".encode())


@dataclass(frozen=True)
class CellOutcome:
    """The result of one graded cell.

    Attributes:
        grade_id: nbgrader's name of the cell.
        points: the maximum.
        score: points earned; None where a person grades.
        status: PASSED, PARTIAL, FAILED (the test judged), UNPROVEN (the test did not run to its
            end), or MANUAL.
        reason: why not all points, for the student; empty if all.
        hidden: whether it was a hidden test that failed.
        error: name of the exception's type, if one ended the cell.
        seconds: wall time.
    """

    grade_id: str
    points: float
    score: float | None
    status: str
    reason: str = ""
    hidden: bool = False
    error: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """The examined submission.

    Attributes:
        executed: the notebook with outputs; stock nbgrader reads the same scores from it.
        cells: one entry per graded cell, in the notebook's order.
        seconds: wall time; ``cpu_seconds``: processor time of both sides; ``memory``: peak resident
            bytes of the student's side; ``restarts``: how often it had to be started again.
        notes: what a person should look at.
        seed: of both sides' random numbers.
    """

    assignment: str
    student: str
    notebook: str
    executed: dict[str, Any]
    cells: tuple[CellOutcome, ...]
    seed: int
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    memory: int = 0
    restarts: int = 0
    notes: tuple[str, ...] = ()

    def summary(self) -> dict[str, Any]:
        """Everything but the notebook, as plain data for the record."""
        plain = dataclasses.asdict(dataclasses.replace(self, executed={}))
        del plain["executed"]
        return plain
