"""The examiner: a trusted process that runs the instructor's cells and judges the student's work.

It executes the steps one by one and reports each at once, so that nothing proven is lost if it
ends. From the student's side it takes data only; whatever comes from there is an argument of a test
or text in a report.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any

from sidebyside.grading.contract import Limits
from sidebyside.grading.examiner import verdict
from sidebyside.grading.examiner.control import Control
from sidebyside.grading.examiner.order import STUDENT, Step
from sidebyside.grading.examiner.outputs import Output, error, sound
from sidebyside.grading.examiner.plan import LOCKED, TEST, Plan, PlanCell
from sidebyside.grading.examiner.shell import CellRun, Shell, make_shell
from sidebyside.grading.wire import frameworks
from sidebyside.grading.wire.channel import Channel
from sidebyside.grading.wire.errors import DeadlinePassed, ProtocolError, WireError
from sidebyside.grading.wire.randomness import enter_cell, seed_everything
from sidebyside.grading.wire.remote import CellRun as RunThere
from sidebyside.grading.wire.remote import Remote

SLACK = 5.0  # seconds that the driver has to end the student's side before the examiner gives up


class OutOfTime(BaseException):
    """A cell used up the examiner's own time; no ``except Exception`` of a test stops it."""


class StudentGone(Exception):
    """The student's side is gone; the message says why, to its author."""


class Screened:
    """The shell's stdout or stderr, without what is printed by hidden lines of a test.

    Args:
        target: the stream.
        ranges: the hidden lines of every cell, by its name in tracebacks.
    """

    def __init__(self, target: Any, ranges: verdict.Ranges) -> None:
        self._target = target
        self._ranges = {name: lines for name, lines in ranges.items() if lines}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._target, name)

    def write(self, text: str) -> int:
        """Write, unless a hidden line is being executed."""
        frame: FrameType | None = sys._getframe(1) if self._ranges else None
        while frame is not None:
            lines = self._ranges.get(frame.f_code.co_filename[1:-1])
            if lines and verdict.is_hidden(lines, frame.f_lineno):
                return len(text)
            frame = frame.f_back
        return self._target.write(text)

    def writelines(self, lines: list[str]) -> None:
        """As of any stream."""
        for line in lines:
            self.write(line)


class Examiner:
    """One examination.

    Args:
        job: ``plan``, ``steps``, ``limits``, ``seed`` as plain data.
        control: to the driver.
        shell: this process's shell.
    """

    def __init__(self, job: Mapping[str, Any], control: Control, shell: Shell) -> None:
        self.plan = Plan.from_json(job["plan"])
        self.steps = [Step(**step) for step in job["steps"]]
        self.limits = Limits(**job["limits"])
        self.control = control
        self.shell = shell
        self.ranges = {cell.label: cell.hidden for cell in self.plan.cells}
        self.stdout, self.stderr = (Screened(s, self.ranges) for s in (sys.stdout, sys.stderr))
        sys.stdout, sys.stderr = self.stdout, self.stderr
        self.remote: Remote | None = None
        self.channel: Channel | None = None
        self.gone = ""  # why there is no student's side any more
        self.killers: set[int] = set()  # steps of the student's that ended their process
        self.missing: dict[str, str] = {}  # student's names that can't be had, and why
        self.quiet = False  # whether what the student's code prints is dropped
        self.until = 0.0  # when an answer must be there, on the clock time.monotonic
        self.classes: dict[str, type] = {}  # of locked cells, which both sides have

    def run(self) -> None:
        """Execute all steps, and report."""
        try:
            self._connect()
        except WireError as problem:
            self._lost(f"start: {problem}")
        for number, step in enumerate(self.steps):
            self._tell({"event": "begin", "step": number})
            began = time.monotonic()
            result = self._student(number, step) if step.side == STUDENT else self._own(step)
            seconds = time.monotonic() - began
            self._tell({"event": "end", "step": number, "seconds": seconds, **result})
        self._tell({"event": "done"})
        with contextlib.suppress(WireError):
            self.control.receive()  # until the driver has looked at what was used

    def _tell(self, message: dict[str, Any]) -> None:
        """Send a message, with the processor time used so far."""
        times = os.times()
        spent = times.user + times.system + times.children_user + times.children_system
        self.control.send({**message, "cpu": spent})

    # the student's side

    def _connect(self) -> None:
        sock = self.control.take_over()
        self.channel = Channel(sock, self.limits.message)
        judging = {name: set(dunders) for name, dunders in self.plan.judging.items()}
        remote = Remote(self.channel, judging=judging, deadline=lambda: self.until)
        frameworks.examiner(remote)
        remote.on_output = self._printed
        remote.trusted_classes = self.classes
        self.until = time.monotonic() + 60
        remote.names()  # it must be there before any of the student's code runs
        self.remote = remote

    def _deadline(self) -> float:
        return time.monotonic() + self.limits.wall_seconds + SLACK

    def _printed(self, outputs: Any) -> None:
        """What the student's code printed during a call."""
        for output in sound(outputs, self.limits.output):
            if output["output_type"] == "stream":
                target = sys.stderr if output["name"] == "stderr" else sys.stdout
                if not (self.quiet and target in (self.stdout, self.stderr)):
                    target.write(output["text"])

    def _student(self, number: int, step: Step) -> dict[str, Any]:
        """Run a cell over there."""
        if self.remote is None:
            return {"outputs": [], "ok": False, "reason": self.gone}
        try:
            run = self._run_there(number, step)
        except WireError as problem:
            self.killers.add(number)
            reason = self._lost(_why(problem))
            return {"outputs": [error("Stopped", reason)], "ok": False, "reason": reason}
        return {"outputs": sound(run.outputs, self.limits.output), "ok": bool(run.ok)}

    def _run_there(self, number: int, step: Step) -> RunThere:
        self.until = self._deadline()
        return self.remote.run(step.name, step.source, self.until)

    def _lost(self, why: str) -> str:
        """The student's side is gone or not to be trusted: ask for another one, bring it to where
        the last one was, and give the reason for the loss."""
        first = ""
        while True:
            with contextlib.suppress(Exception):
                self.channel.close()
            self.remote = None
            self._tell({"event": "lost", "why": why})
            answer = self.control.receive()
            first = first or answer["reason"]
            if not answer["again"]:
                self.gone = answer["gone"]
                return first
            number = None
            try:
                self._connect()
                for number in self._to_replay(answer["step"]):
                    self._tell({"event": "replay", "step": number})
                    self._run_there(number, self.steps[number])
                self._tell({"event": "replayed"})
                return first
            except WireError as problem:
                why = _why(problem)
                if number is None:
                    why = f"start: {problem}"
                else:
                    self.killers.add(number)

    def _to_replay(self, until: int) -> Iterator[int]:
        for number in range(until):
            if self.steps[number].side == STUDENT and number not in self.killers:
                yield number

    # this side

    def _own(self, step: Step) -> dict[str, Any]:
        """Run an instructor's cell here."""
        cell = self.plan.cells[step.planned]
        enter_cell(cell.label)
        if cell.imports:
            for statement in cell.imports:
                self._import(statement)
            return {"outputs": []}
        if self.remote is None and cell.needs:
            return self._report(cell, verdict.unproven(self.gone), [])
        self.quiet = bool(cell.hidden)
        try:
            run = self._examine(cell)
        except WireError as problem:
            return self._report(cell, verdict.unproven(self._lost(_why(problem))), [])
        if isinstance(run.exception, OutOfTime):
            return self._report(cell, verdict.unproven(self._lost("time")), [])
        if self.channel is not None and self.channel.dead is not None and self.remote is not None:
            reason = self._lost(_why(self.channel.dead))
            return self._report(cell, verdict.unproven(reason), [])
        run.outputs = sound(run.outputs, self.limits.output)
        if cell.kind == LOCKED:
            self._note_classes(cell)
        if cell.kind != TEST:
            report = {"outputs": run.outputs, "ok": run.ok}
            if not run.ok and not cell.needs:
                report["note"] = (
                    f"the instructor's cell {cell.label} failed: "
                    f"{run.error['ename']}: {run.error['evalue']}"
                )
            return report
        return self._report(cell, verdict.judge(cell, run, self.ranges, self.missing), run.outputs)

    def _report(self, cell: PlanCell, result: verdict.Verdict, _: list[Output]) -> dict[str, Any]:
        return {
            "outputs": result.outputs,
            "ok": result.status == "passed",
            "status": result.status,
            "score": result.score,
            "reason": result.reason,
            "hidden": result.hidden,
            "error": result.error,
            "note": result.note,
        }

    def _examine(self, cell: PlanCell) -> CellRun:
        """Run a cell with the student's names in place, within the time for it."""
        with _alarms(self.limits):
            if self.remote is not None:
                self.until = self._deadline()
                self._bind(cell)
            return self.shell.run(cell.source, cell.label)

    def _bind(self, cell: PlanCell) -> None:
        """Bind the names that the cell needs to what the student has by then."""
        if not cell.needs:
            return
        namespace = self.shell.user_ns
        values, problems = self.remote.fetch_all(cell.needs)
        for name in cell.needs:
            self.missing.pop(name, None)
            namespace.pop(name, None)
            if name in values:
                namespace[name] = values[name]
            elif name in problems:
                self.missing[name] = f"{name} can't be looked at: {problems[name]}"
            else:
                self.missing[name] = f"{name} is not defined"

    def _note_classes(self, cell: PlanCell) -> None:
        """Classes of a locked cell: an object of the same class over there is one of them."""
        for name in cell.binds:
            found = self.shell.user_ns.get(name)
            if isinstance(found, type) and found.__module__ == "__main__":
                self.classes[name] = found

    def _import(self, statement: str) -> None:
        """An import that stands in a solution cell: what it binds, the tests may use."""
        with contextlib.suppress(Exception), _alarms(self.limits):
            exec(compile(statement, "<imports>", "exec"), self.shell.user_ns)


def _why(problem: WireError) -> str:
    if isinstance(problem, DeadlinePassed):
        return "deadline"
    return f"protocol: {problem}" if isinstance(problem, ProtocolError) else "closed"


@contextlib.contextmanager
def _alarms(limits: Limits) -> Iterator[None]:
    """Raise OutOfTime in this thread when the examiner itself has used up a cell's time."""

    def ring(*_: Any) -> None:
        raise OutOfTime

    old = {number: signal.signal(number, ring) for number in (signal.SIGALRM, signal.SIGPROF)}
    # again every few seconds, in case somebody catches it
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds + SLACK + 2, 3)
    signal.setitimer(signal.ITIMER_PROF, limits.cell_seconds, 3)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        for number, handler in old.items():
            signal.signal(number, handler)


def main(fds: list[int], argument: dict) -> int:
    """Called in the fork: examine what the driver sends.

    Args:
        fds: the socket of messages and the hatch (see `control`).
        argument: ``directory``, where the instructor's files are.
    """
    control = Control(*(socket.socket(fileno=fd) for fd in fds))
    os.chdir(argument["directory"])
    os.environ["TMPDIR"] = tempfile.tempdir = argument["directory"]
    if "" not in sys.path:
        sys.path.insert(0, "")
    job = control.receive()
    limits = Limits(**job["limits"])
    _bound(limits)
    shell = make_shell(limits.output)
    seed_everything(job["seed"])
    Examiner(job, control, shell).run()
    return 0


def _bound(limits: Limits) -> None:
    """What this process may use itself: answers of the student's may be large."""
    for what, value in (
        (resource.RLIMIT_AS, max(limits.memory, 2**32)),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (value, hard))
