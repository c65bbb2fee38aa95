"""From what a test cell did in the examiner to its points, its reason, and its outputs."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from sidebyside.errors import CheckFailed
from sidebyside.grading.contract import FAILED, HIDDEN_FAILED, PARTIAL, PASSED, UNPROVEN
from sidebyside.grading.examiner.outputs import Output, clean_text, error, stream
from sidebyside.grading.examiner.plan import PlanCell
from sidebyside.grading.examiner.shell import CellRun, message_of

TRIES = re.compile(r"\s*#\s*tries:\s*(.+?)\s*$")  # what the author says of the lines below it
UNANSWERED = "not answered yet"
MOST_LINES = 8  # of a failing statement

Ranges = Mapping[str, Sequence[tuple[int, int]]]


@dataclass
class Verdict:
    """The result of one test cell: see `sidebyside.grading.contract.CellOutcome`.

    Attributes:
        outputs: what the executed notebook gets; stock nbgrader reads the same score from it.
        note: for the person who looks at the record; empty if there is nothing to say.
    """

    status: str
    score: float
    reason: str = ""
    hidden: bool = False
    error: str = ""
    outputs: list[Output] = field(default_factory=list)
    note: str = ""


def unproven(reason: str) -> Verdict:
    """The test did not run to its end."""
    return Verdict(UNPROVEN, 0.0, reason, error="NotProven", outputs=[error("NotProven", reason)])


def judge(cell: PlanCell, run: CellRun, ranges: Ranges, missing: Mapping[str, str]) -> Verdict:
    """Points and reason of a test cell that came to an end of its own.

    Args:
        cell: the plan of the test cell.
        run: what came of it.
        ranges: the hidden lines of every cell, by its name in tracebacks.
        missing: why a student's name is not there, by the name.
    """
    kept = [_harmless(output) for output in run.outputs if output["output_type"] != "error"]
    if not run.ok:
        return _failed(
            cell, run, ranges, missing, [o for o in kept if o["output_type"] == "stream"]
        )
    number = as_number(run.value)
    if number is None or not any(o["output_type"] == "execute_result" for o in kept):
        return Verdict(PASSED, cell.points, outputs=[_shown(output) for output in kept])
    outputs = [_shown(o) for o in kept if o["output_type"] != "execute_result"]
    if math.isnan(number) or number < 0:
        reason = f"the test gave {number:g} points, which is no share of {cell.points:g}"
        failed = error("NoShare", reason)
        return Verdict(
            FAILED, 0.0, reason, error="NoShare", outputs=[*outputs, failed], note=reason
        )
    note = ""
    if number > cell.points:
        note = f"{cell.label} gave {number:g} points of {cell.points:g}: taken as {cell.points:g}"
        number = cell.points
    outputs.append(
        {
            "output_type": "execute_result",
            "execution_count": None,
            "metadata": {},
            "data": {"text/plain": repr(float(number))},
        }
    )
    if number == cell.points:
        return Verdict(PASSED, number, outputs=outputs, note=note)
    reason = f"{number:g} of {cell.points:g} points by the test"
    return Verdict(PARTIAL, number, reason, outputs=outputs, note=note)


def as_number(value: Any) -> float | None:
    """A real number as nbgrader means it (no truth value), or None."""
    if type(value) in (int, float):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.integer | numpy.floating):
        return float(value)
    return None


def _failed(
    cell: PlanCell,
    run: CellRun,
    ranges: Ranges,
    missing: Mapping[str, str],
    printed: list[Output],
) -> Verdict:
    problem = run.exception
    name = _type_name(problem)
    if isinstance(problem, NotImplementedError) and hasattr(problem, "student_traceback"):
        verdict = Verdict(FAILED, 0.0, UNANSWERED, error=name)
        verdict.outputs = [*printed, error(name, UNANSWERED)]
        return verdict
    lines, hidden = failing_lines(problem, ranges)
    if hidden or (cell.hidden and cell.source.lstrip().startswith("%%")):
        tried = tried_by(problem, cell)
        reason = f"{HIDDEN_FAILED[:-1]}: {tried}." if tried else HIDDEN_FAILED
        verdict = Verdict(FAILED, 0.0, reason, hidden=True, error=name)
        verdict.outputs = [*printed, error("HiddenTestFailed", reason)]
        return verdict
    message = clean_text(message_of(problem))
    lost = getattr(problem, "name", None) if isinstance(problem, NameError) else None
    if lost in missing:
        message = missing[lost]
    reason = f"{name}: {message}" if message else name
    if not message and lines:
        reason = f"{name} at: {lines[-1].strip()}"
    theirs = clean_text(getattr(problem, "student_traceback", "") or "").splitlines()
    if theirs:
        theirs = ["in your code:", *theirs]
    if isinstance(problem, CheckFailed):  # its sentence is all that there is to see
        reason, lines, theirs = message, [], []
    verdict = Verdict(FAILED, 0.0, reason, error=name)
    verdict.outputs = [*printed, error(name, reason, [*lines, *theirs, reason])]
    return verdict


def tried_by(problem: BaseException, cell: PlanCell) -> str:
    """The property that a failed hidden test tried, which its author names in a comment.

    A comment ``# tries: a larger batch`` speaks of the hidden lines below it, up to the next one.

    Args:
        problem: with its traceback.
        cell: the plan of the test cell.

    Returns:
        The words after ``# tries:``; empty where the author has written none.
    """
    source, found = cell.source.splitlines(), ""
    trace: TracebackType | None = problem.__traceback__
    while trace is not None:
        line = trace.tb_lineno
        for first, last in cell.hidden:
            if trace.tb_frame.f_code.co_filename[1:-1] == cell.label and first <= line <= last:
                said = [m[1] for text in source[first:line] if (m := TRIES.match(text))]
                found = said[-1] if said else found
        trace = trace.tb_next
    return clean_text(found)


def _type_name(problem: BaseException) -> str:
    name = getattr(problem, "type_name", None)
    name = name if isinstance(name, str) else type(problem).__name__
    return clean_text(name.rpartition(".")[2])[:100]


def failing_lines(problem: BaseException, ranges: Ranges) -> tuple[list[str], bool]:
    """The failing statements in the instructor's cells, outermost first, and whether a hidden line
    takes part: in it, or in what it calls or is called by. If so, no statement is given.

    Args:
        problem: with its traceback.
        ranges: the hidden lines of every cell of the instructor's, by name.
    """
    lines: list[str] = []
    frames = 0
    trace: TracebackType | None = problem.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename[1:-1]
        if name in ranges:
            first, last = _span(trace)
            if is_hidden(ranges[name], trace.tb_lineno) or is_hidden(ranges[name], first):
                return [], True
            frames += 1
            if frames <= 5:
                lines += [f"{name}, line {first}:", *_source(trace, first, last)]
        trace = trace.tb_next
    return lines, False


def is_hidden(ranges: Sequence[tuple[int, int]], line: int) -> bool:
    """Whether a line lies in one of the ranges (inclusive)."""
    return any(first <= line <= last for first, last in ranges)


def _span(trace: TracebackType) -> tuple[int, int]:
    """First and last line of the expression that was being evaluated."""
    positions = list(trace.tb_frame.f_code.co_positions())
    where = trace.tb_lasti // 2
    if 0 <= where < len(positions) and positions[where][0] and positions[where][1]:
        return positions[where][0], positions[where][1]
    return trace.tb_lineno, trace.tb_lineno


def _source(trace: TracebackType, first: int, last: int) -> list[str]:
    import linecache

    name = trace.tb_frame.f_code.co_filename
    found = [linecache.getline(name, n).rstrip() for n in range(first, last + 1)][:MOST_LINES]
    margin = min((len(text) - len(text.lstrip()) for text in found if text.strip()), default=0)
    return [f"    {text[margin:]}" for text in found]


def _harmless(output: Output) -> Output:
    """stderr is not failure; stock nbgrader takes it for one."""
    if output["output_type"] == "stream":
        return stream("stdout", output["text"])
    return output


def _shown(output: Output) -> Output:
    """A value on the last line that is no number is only shown: stock nbgrader gives all points."""
    if output["output_type"] == "execute_result":
        return {"output_type": "display_data", "data": output["data"], "metadata": {}}
    return output
