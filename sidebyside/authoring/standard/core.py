"""The core of a chapter is an hour's path: its budgets, and how further sections are marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sidebyside.publishing.reading import FURTHER, heading_level, reading, tags

from .problem import Problem

RULE = "core"
BUDGETS = {"words": 4000, "lines": 400, "code_cells": 50, "parity_tables": 1}
NAMES = {
    "words": "words of markdown",
    "lines": "visible lines of code",
    "code_cells": "visible code cells",
    "parity_tables": "open parity tables",
}


def problems(cells: Sequence[dict]) -> Iterator[Problem]:
    """Budgets that the core exceeds, and tags ``further`` that mark no section."""
    core = reading(cells).core
    for key, budget in BUDGETS.items():
        if getattr(core, key) > budget:
            said = f"{getattr(core, key):,} {NAMES[key]}, and the budget is {budget:,}"
            yield Problem(RULE, -1, said)
    for index, cell in enumerate(cells):
        if FURTHER in tags(cell) and not heading_level(cell):
            yield Problem(RULE, index, f"tagged {FURTHER!r}, and does not begin with a heading")
