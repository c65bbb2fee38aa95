"""The examination of one submission, seen from the grading process: two forks and a watch."""

from __future__ import annotations

import copy
import dataclasses
import functools
import json
import select
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from sidebyside.errors import SideBySideError
from sidebyside.grading.contract import MANUAL, MEBIBYTE, UNPROVEN, CellOutcome, Job, Outcome
from sidebyside.grading.examiner.control import Control
from sidebyside.grading.examiner.order import EXAMINER, STUDENT, Step, grade_id_of, steps
from sidebyside.grading.examiner.outputs import Output, sound
from sidebyside.grading.examiner.plan import GIVEN, LOCKED, TEST, Plan, PlanCell, make_plan
from sidebyside.grading.examiner.verdict import unproven
from sidebyside.grading.sandbox import Sandbox, Usage
from sidebyside.grading.warm import Child, WarmParent, WarmParentLost
from sidebyside.grading.wire.errors import WireError

FIRST_LOOK, LAST_LOOK = 0.25, 1.0  # seconds between looks at what a long step uses
GRACE = 20.0  # seconds for the examiner to see that the student's side is gone


class ExaminerError(SideBySideError):
    """The machine can't examine anything: no fault of the submission."""


def examine(job: Job, parent: WarmParent) -> Outcome:
    """Examine one submission: the same job, the same scores.

    Args:
        job: the submission and the assignment.
        parent: forks the two processes.

    Returns:
        The outcome, whatever the submission does.

    Raises:
        WarmParentLost: the warm parent has ended; try again with another one.
        ExaminerError: no student's side can be started on this machine.
    """
    plan = plan_of(job.instructor)
    directory = tempfile.mkdtemp(prefix="examiner-")
    try:
        _write(Path(directory), job.instructor_files)
        examination = Examination(job, plan, parent, directory)
        try:
            examination.run()
        finally:
            examination.end()
        return examination.outcome()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def plan_of(instructor: Mapping[str, Any]) -> Plan:
    """The plan of an instructor's notebook, remembered."""
    return _plan(json.dumps(instructor, sort_keys=True))


@functools.lru_cache(maxsize=16)
def _plan(text: str) -> Plan:
    return make_plan(json.loads(text))


def _write(directory: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        parts = PurePosixPath(name).parts
        if not parts or PurePosixPath(name).is_absolute() or ".." in parts:
            raise ExaminerError(f"{name!r} is no path inside the assignment's directory")
        path = directory.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class Examination:
    """The state of one examination.

    Args:
        job: the submission.
        plan: of its assignment.
        parent: forks the two processes.
        directory: of the examiner, with the instructor's files.
    """

    def __init__(self, job: Job, plan: Plan, parent: WarmParent, directory: str) -> None:
        self.job, self.plan, self.parent = job, plan, parent
        self.limits = job.limits
        self.steps = steps(plan, job.submitted)
        self.results: dict[int, dict[str, Any]] = {}
        self.notes: list[str] = list(job.notes)
        self.began = time.monotonic()
        self.restarts = 0
        self.memory = 0
        self.cpu = {"student": 0.0, "examiner": 0.0, "before": 0.0}
        self.stopped = ""  # why the rest is not examined
        self.student: Child | None = None
        self.examiner: Child | None = None
        self.killed = ""  # why the student's side was ended by the driver
        self._start_watch(None)
        talk, self._talk = socket.socketpair()
        hatch, self._hatch = socket.socketpair()
        with self._talk, self._hatch:
            self.control = Control(talk, hatch)
            self.examiner = parent.fork(
                "sidebyside.grading.examiner.main:main",
                fds=[self._talk.fileno(), self._hatch.fileno()],
                argument={"directory": directory},
            )

    def run(self) -> None:
        """Until everything is examined, or can't be."""
        try:
            self._start_student()
            self.control.send(
                {
                    "plan": self.plan.to_json(),
                    "steps": [dataclasses.asdict(step) for step in self.steps],
                    "limits": dataclasses.asdict(self.limits),
                    "seed": self.job.seed,
                }
            )
            while self._next():
                pass
        except WireError:
            self._examiner_gone()

    def end(self) -> None:
        """End both processes: quietly, if they go by themselves when their sockets close."""
        if self.student is not None and not self.student.lost:
            self._usage()
        self.control.close()
        for child in (self.examiner, self.student):
            if child is not None and child.wait(0.0 if self.stopped else 1.0) is None:
                child.kill()

    # events

    def _next(self) -> bool:
        """Handle the next message of the examiner's; False after the last one."""
        if not self._await():
            return False
        message = self.control.receive(60)
        event = message["event"]
        self.cpu["examiner"] = message["cpu"]
        if event in ("begin", "replay"):
            self._start_watch(message["step"])
            if event == "begin":
                self.current = message["step"]
        elif event == "end":
            self._start_watch(None)
            self.results[message["step"]] = message
        elif event == "replayed":
            self._start_watch(self.current)
        elif event == "lost":
            self._lost(message["why"])
        return event != "done"

    def _await(self) -> bool:
        """Wait for a message, and watch meanwhile what the two processes use."""
        waiting = select.poll()
        waiting.register(self.control.fileno(), select.POLLIN)
        pause = FIRST_LOOK
        while not waiting.poll(pause * 1000):
            pause = min(2 * pause, LAST_LOOK)
            if not self._look():
                return False
        return True

    def _start_watch(self, step: int | None) -> None:
        self.watch_step = step
        self.watch_began = time.monotonic()
        self.watch_cpu: dict[str, float] | None = None

    def _look(self) -> bool:
        """Compare what the running step has used with the limits; False to give up."""
        now = time.monotonic()
        limits = self.limits
        if now - self.began > limits.submission_seconds:
            limit = f"{limits.submission_seconds:g} s"
            self.stopped = f"not examined: the whole submission ran longer than {limit}"
            self.notes.append(self.stopped)
            return False
        usage = self._usage()
        if self.examiner.poll() is not None or (self.student and self.student.lost):
            self._examiner_gone()
            return False
        wall = now - self.watch_began
        if self.watch_cpu is None:
            self.watch_cpu = dict(self.cpu)
        cpu = self.cpu["student"] - self.watch_cpu["student"]
        if not self.killed and self.student is not None:
            if usage and usage.resident_bytes > limits.memory:
                self._kill(f"your code used more than {_size(limits.memory)} of memory")
            elif usage and usage.processes > 2 * limits.processes + 8:
                self._kill(f"your code started more than {limits.processes} processes")
            elif self.watch_step is not None and (
                cpu > limits.cell_seconds or wall > limits.wall_seconds
            ):
                limit = limits.cell_seconds if cpu > limits.cell_seconds else limits.wall_seconds
                self._kill(f"your code ran longer than {limit:g} s")
        if self.watch_step is not None and wall > limits.wall_seconds + GRACE:
            self._examiner_gone("hung")
            return False
        return True

    def _usage(self) -> Usage | None:
        """What the student's side uses now, noted. It takes 10 to 40 ms beside large packages."""
        if self.student is None or self.student.poll() is not None:
            return None
        usage = self.student.usage()
        self.cpu["student"] = max(self.cpu["student"], usage.cpu_seconds)
        self.memory = max(self.memory, usage.resident_bytes)
        return usage

    # the student's side

    def _start_student(self) -> None:
        self.cpu["before"] += self.cpu["student"]
        self.cpu["student"] = 0.0
        self.killed = ""
        ours, theirs = socket.socketpair()
        with ours, theirs:
            self.student = self.parent.fork(
                "sidebyside.grading.examiner.student:main",
                fds=[theirs.fileno()],
                argument={
                    "seed": self.job.seed,
                    "output": self.limits.output,
                    "message": self.limits.message,
                },
                sandbox=Sandbox(limits=self.limits, files=self.job.files, unsafe=self.job.unsafe),
            )
            self.control.hand_over(ours)

    def _kill(self, reason: str) -> None:
        self.killed = reason
        self.student.kill()

    def _lost(self, why: str) -> None:
        """The examiner has lost the student's side: say why, and give it another one."""
        reason = self._reason(why)
        self._usage()
        self.student.kill()
        again = self.restarts < self.limits.restarts
        gone = ""
        if again:
            self.restarts += 1
            self._start_student()
        else:
            gone = (
                f"not examined: your code was started {self.restarts + 1} times and {reason[10:]}"
            )
            gone = gone if reason.startswith("your code ") else f"not examined: {reason}"
            self.student = None
        self._start_watch(self.watch_step)
        answer = {"reason": reason, "again": again, "gone": gone, "step": self.current}
        self.control.send(answer)

    def _reason(self, why: str) -> str:
        limits = self.limits
        if self.killed:
            return self.killed
        if why == "time":
            return f"the test ran longer than {limits.cell_seconds:g} s with your code"
        if why == "deadline":
            return f"your code ran longer than {limits.wall_seconds:g} s"
        if why.startswith("protocol"):
            return "your code gave an answer that can't be read"
        code = self.student.wait(3)
        if self.student.lost:
            raise WarmParentLost("the warm parent has ended; start it again")
        if why.startswith("start") and (self.student.problem or code):
            problem = self.student.problem or f"exit code {code}"
            raise ExaminerError(f"the student's side can't be started: {problem}")
        return describe_exit(code)

    def _examiner_gone(self, how: str = "ended") -> None:
        """The examiner itself has ended or hangs: the rest can't be proven."""
        code = self.examiner.wait(3) if how == "ended" else None
        if self.examiner.lost:
            raise WarmParentLost("the warm parent has ended; start it again")
        if self.examiner.problem and not self.results:
            raise ExaminerError(f"the examiner can't be started: {self.examiner.problem}")
        where = self.steps[self.watch_step].name if self.watch_step is not None else "the end"
        what = "did not answer" if how == "hung" else f"ended (exit code {code})"
        self.stopped = f"not examined: the examiner {what} at {where}; ask your instructor"
        self.notes.append(self.stopped)

    # the result

    def outcome(self) -> Outcome:
        """The executed notebook and the result of every graded cell."""
        executed = copy.deepcopy(_plain(self.job.submitted))
        planned = {cell.grade_id: cell for cell in self.plan.cells if cell.grade_id}
        source = {n: c for n, c in enumerate(self.job.instructor["cells"])}
        by_position = self._by_position()
        found: dict[str, CellOutcome] = {}
        seen: set[str] = set()
        for position, cell in enumerate(executed["cells"]):
            plan = planned.get(grade_id_of(cell))
            if plan is not None and plan.grade_id in seen:
                cell["metadata"].pop("nbgrader", None)
                plan = None
            if plan is not None:
                seen.add(plan.grade_id)
                theirs = dict(cell["metadata"]["nbgrader"])
                ours = dict(source[plan.index]["metadata"]["nbgrader"])
                cell["metadata"]["nbgrader"] = {**theirs, **ours}
                if plan.kind in (TEST, LOCKED, GIVEN):
                    cell["source"] = plan.source
                    cell["cell_type"] = source[plan.index]["cell_type"]
            if cell["cell_type"] != "code":
                cell.pop("outputs", None)
                cell.pop("execution_count", None)
                continue
            cell["execution_count"] = None
            cell["outputs"] = self._outputs(plan, by_position.get(position, {}))
            if plan is not None and plan.kind == TEST:
                outcome, cell["outputs"] = self._graded(plan, by_position.get(position, {}))
                found[plan.grade_id] = outcome
        cells = []
        for cell in self.plan.cells:
            if cell.by_hand:
                cells.append(CellOutcome(cell.grade_id, cell.points, None, MANUAL))
            elif cell.grade:
                lacking = self._unproven(cell, "the cell is missing in the submission")
                cells.append(found.get(cell.grade_id) or lacking)
        return Outcome(
            assignment=self.job.assignment,
            student=self.job.student,
            notebook=self.job.notebook,
            executed=executed,
            cells=tuple(cells),
            seed=self.job.seed,
            seconds=time.monotonic() - self.began,
            cpu_seconds=sum(self.cpu.values()),
            memory=self.memory,
            restarts=self.restarts,
            notes=tuple(dict.fromkeys([*self.notes, *self._notes()])),
        )

    def _by_position(self) -> dict[int, dict[str, dict[str, Any]]]:
        """Results by position in the submission and side."""
        found: dict[int, dict[str, dict[str, Any]]] = {}
        for number, result in self.results.items():
            step: Step = self.steps[number]
            if step.position is not None:
                found.setdefault(step.position, {})[step.side] = result
        return found

    def _outputs(
        self, plan: PlanCell | None, results: Mapping[str, Mapping[str, Any]]
    ) -> list[Output]:
        """Of a cell that is not graded: the student's own outputs; of a locked cell the
        examiner's, unless it failed in the student's process."""
        theirs, ours = results.get(STUDENT), results.get(EXAMINER)
        chosen = theirs or ours
        if plan is not None and plan.kind == LOCKED and ours and theirs and theirs["ok"]:
            chosen = ours
        return sound(chosen["outputs"], self.limits.output) if chosen else []

    def _graded(
        self, plan: PlanCell, results: Mapping[str, Mapping[str, Any]]
    ) -> tuple[CellOutcome, list[Output]]:
        result = results.get(EXAMINER)
        if result is None or "status" not in result:
            reason = self.stopped or "not examined"
            return self._unproven(plan, reason), unproven(reason).outputs
        outcome = CellOutcome(
            grade_id=plan.grade_id,
            points=plan.points,
            score=result["score"],
            status=result["status"],
            reason=result["reason"],
            hidden=result["hidden"],
            error=result["error"],
            seconds=result["seconds"],
        )
        return outcome, sound(result["outputs"], self.limits.output)

    def _unproven(self, plan: PlanCell, reason: str) -> CellOutcome:
        reason = self.stopped or reason
        return CellOutcome(plan.grade_id, plan.points, 0.0, UNPROVEN, reason, error="NotProven")

    def _notes(self) -> list[str]:
        return [result["note"] for result in self.results.values() if result.get("note")]


def describe_exit(code: int | None) -> str:
    """Why the student's process is gone, to its author."""
    if code is None:
        return "your code closed its connection to the examination"
    number = -code if code < 0 else code - 128 if 128 < code < 160 else 0
    if number:
        try:
            name = signal.Signals(number).name
        except ValueError:
            name = f"signal {number}"
        if number == signal.SIGKILL:
            return "your code ended the Python process (SIGKILL: killed, perhaps for its memory)"
        return f"your code ended the Python process (a crash or a kill: {name})"
    return f"your code ended the Python process (os._exit or a crash: exit code {code})"


def _size(count: int) -> str:
    if count >= 1024 * MEBIBYTE:
        return f"{count / 1024 / MEBIBYTE:g} GB"
    return f"{count / MEBIBYTE:g} MB"


def _plain(value: Any) -> Any:
    """Dictionaries and lists only, whatever kind of notebook object was given."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
