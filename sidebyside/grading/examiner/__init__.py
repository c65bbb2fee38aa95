"""Examination: the student's code in one process, the tests in another, the points by proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sidebyside.grading.examiner.plan import Plan, PlanCell, Problem, make_plan

if TYPE_CHECKING:
    from sidebyside.grading.examiner.driver import ExaminerError, examine

__all__ = ["ExaminerError", "Plan", "PlanCell", "Problem", "examine", "make_plan"]


def __getattr__(name: str) -> Any:
    """The driver is imported when it is needed: the forked processes do without it."""
    if name in ("examine", "ExaminerError"):
        from sidebyside.grading.examiner import driver

        return getattr(driver, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
