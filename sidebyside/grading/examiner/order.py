"""The order of an examination: which text runs on which side, one step after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sidebyside.grading.examiner.plan import (
    GIVEN,
    LOCKED,
    PLAIN,
    STUDENTS,
    TEST,
    Plan,
    PlanCell,
)

STUDENT, EXAMINER = "student", "examiner"


@dataclass(frozen=True)
class Step:
    """One text to run on one side.

    Attributes:
        side: STUDENT or EXAMINER.
        position: of the cell in the submitted notebook; None for an instructor's cell that has no
            counterpart there.
        name: for tracebacks.
        source: the text.
        planned: index into ``Plan.cells``, for a cell of the instructor's; else None.
    """

    side: str
    position: int | None
    name: str
    source: str
    planned: int | None = None


def steps(plan: Plan, submitted: Mapping[str, Any]) -> list[Step]:
    """All steps of an examination, in order.

    A cell is known by its ``grade_id``. Between two such cells first come the student's other
    cells, then the instructor's cells that have no ``grade_id``. A repeated ``grade_id`` counts the
    first time; the kind of a cell is the instructor's word, never the submission's. After the last
    test there is nothing left for the examiner to do.
    """
    planned = {c.grade_id: n for n, c in enumerate(plan.cells) if c.grade_id is not None}
    made: list[Step] = []
    done = -1  # index of the last planned cell that was reached
    seen: set[str] = set()
    for position, cell in enumerate(submitted["cells"]):
        grade_id = grade_id_of(cell)
        if grade_id in planned and grade_id not in seen:
            number = planned[grade_id]
            seen.add(grade_id)
            made += _unnamed(plan, done + 1, number)
            done = max(done, number)
            made += _given(plan, plan.cells[number])
            made += _both(plan.cells[number], number, position, cell)
        elif cell.get("cell_type") == "code":
            made.append(Step(STUDENT, position, f"cell {position + 1}", source_of(cell)))
    made += _unnamed(plan, done + 1, len(plan.cells))
    last = max((n for n, step in enumerate(made) if _is_test(plan, step)), default=-1)
    return [step for n, step in enumerate(made) if n <= last or step.side == STUDENT]


def _is_test(plan: Plan, step: Step) -> bool:
    return step.side == EXAMINER and plan.cells[step.planned].kind == TEST


def _unnamed(plan: Plan, first: int, end: int) -> Iterator[Step]:
    """The instructor's cells without a name, and those that the submission lacks."""
    for number in range(first, end):
        cell = plan.cells[number]
        if cell.code and cell.kind in (PLAIN, LOCKED) and cell.grade_id is None:
            yield Step(EXAMINER, None, cell.label, cell.source, number)


def _given(plan: Plan, test: PlanCell) -> Iterator[Step]:
    """The given cells before a test that it needs."""
    for number, cell in enumerate(plan.cells):
        if cell.kind == GIVEN and cell.index < test.index and set(cell.binds) & set(test.needs):
            yield Step(STUDENT, None, cell.label, cell.source, number)


def _both(planned: PlanCell, number: int, position: int, cell: Mapping[str, Any]) -> Iterator[Step]:
    if not planned.code:
        return
    if planned.kind in STUDENTS:
        if planned.kind == GIVEN:
            yield Step(STUDENT, position, planned.label, planned.source, number)
        elif cell.get("cell_type") == "code":
            yield Step(STUDENT, position, planned.label, source_of(cell), number)
        if planned.imports:
            yield Step(EXAMINER, None, planned.label, "", number)
        return
    if planned.kind == LOCKED:
        yield Step(STUDENT, position, planned.label, planned.source, number)
    elif planned.kind == PLAIN:
        yield Step(STUDENT, position, planned.label, source_of(cell), number)
    yield Step(EXAMINER, position, planned.label, planned.source, number)


def grade_id_of(cell: Mapping[str, Any]) -> str | None:
    """nbgrader's name of a cell, of any notebook."""
    marks = cell.get("metadata", {}).get("nbgrader")
    grade_id = marks.get("grade_id") if isinstance(marks, Mapping) else None
    return grade_id if isinstance(grade_id, str) and grade_id else None


def source_of(cell: Mapping[str, Any]) -> str:
    """A cell's text."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)
