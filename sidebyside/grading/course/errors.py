"""The errors of a course that can't be graded as it stands; each says what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from sidebyside.errors import SideBySideError


class CourseError(SideBySideError):
    """The course directory, its settings, or what was asked of it, does not fit."""


class GradebookError(SideBySideError):
    """The gradebook can't be read or written."""


def near_misses(name: str, known: Iterable[str], what: str) -> str:
    """The end of a message about an unknown name: what was probably meant, or what there is."""
    known = sorted(known)
    if not known:
        return f"there is no {what} at all"
    if close := difflib.get_close_matches(name, known, n=3, cutoff=0.5):
        return "did you mean " + " or ".join(repr(one) for one in close) + "?"
    shown = ", ".join(repr(one) for one in known[:10])
    return f"known: {shown}" + (f" and {len(known) - 10} more" if len(known) > 10 else "")
