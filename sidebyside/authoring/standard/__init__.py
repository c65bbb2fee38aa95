"""What the standard asks of a chapter, as far as a program can see it: one module for each rule.

`core`: budgets and further sections. `controls`: asserts that fail on the null. `needed`: parity's
settings. `numbers` and `names`: what prose says is in the outputs. `questions`: options that are
code are run. `style`: words and code. `python -m sidebyside.authoring.standard NN-name` prints
what a chapter lacks.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import controls, core, names, needed, numbers, questions, style
from .problem import Problem

__all__ = ["Problem", "problems"]


def problems(cells: Sequence[dict], run: bool = True) -> list[Problem]:
    """Everything in a chapter that is not as the standard asks, in the order of its cells.

    ``run=False`` leaves out the checks of questions, which start a process.
    """
    rules = (core, controls, needed, numbers, names, style)
    found = [problem for rule in rules for problem in rule.problems(cells)]
    found += questions.problems(cells, run=run)
    return sorted(found, key=lambda problem: problem.cell)
