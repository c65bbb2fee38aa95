"""Each setting that the parity section names as necessary is shown to be: `parity.needed`.

The section is the one whose heading says "same weights, same numbers". A cell of it has stored the
rows of ``parity.needed``, or a comment says why no setting is named::

    <!-- settings: none, both frameworks compute this alike by default -->
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sidebyside.frameworks import NEEDED_MIME
from sidebyside.publishing.chapters import text
from sidebyside.publishing.reading import heading_level

from .problem import Problem
from .prose import comments

RULE = "settings"
SECTION = "same weights, same numbers"
_NONE = re.compile(r"settings:\s*none\b\W*(.*)", re.DOTALL)


def problems(cells: Sequence[dict]) -> Iterator[Problem]:
    """A parity section that neither tries its settings nor says why there are none."""
    section = parity_section(cells)
    if not section:
        yield Problem(RULE, -1, f"no cell begins with a heading that says {SECTION!r}")
        return
    reasons = [
        found[1]
        for index in section
        for comment in comments(cells[index])
        if (found := _NONE.fullmatch(comment))
    ]
    if any(len(reason.split()) >= 3 for reason in reasons):
        return
    if not any(_tries_settings(cells[index]) for index in section):
        said = "the section has no rows of parity.needed, and no comment says why"
        yield Problem(RULE, section[0], said)


def parity_section(cells: Sequence[dict]) -> list[int]:
    """The indices of the cells from the parity section's heading to the next of its level."""
    found: list[int] = []
    level = 0
    for index, cell in enumerate(cells):
        opening = heading_level(cell)
        if level and opening and opening <= level:
            break
        if not level and opening and SECTION in text(cell["source"]).lower():
            level = opening
        if level:
            found.append(index)
    return found


def _tries_settings(cell: dict) -> bool:
    return any(NEEDED_MIME in output.get("data", {}) for output in cell.get("outputs", ()))
