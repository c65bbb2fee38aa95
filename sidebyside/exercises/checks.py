"""The checks of a visible test: each fails with one sentence, without a traceback."""

from __future__ import annotations

from typing import Any

import numpy as np

from sidebyside.errors import CheckFailed, ParityError, ShapeError
from sidebyside.exercises.hints import read_hints
from sidebyside.parity.arrays import shape_text, to_numpy
from sidebyside.parity.checks import check_close, likely_cause


class Checks:
    """The checks of one assignment's visible tests.

    Args:
        assignment: its name; the likely causes are read from ``hints/ASSIGNMENT.toml`` when a check
            fails.
    """

    def __init__(self, assignment: str) -> None:
        self.assignment = assignment

    def close(
        self, got: Any, expected: Any, what: str, *, hints: str = "", hint: str = "",
        tolerance: float = 1e-6,
    ) -> None:  # fmt: skip
        """The result is the expected array, number or list, within a tolerance.

        It passes when ``max|got − expected| <= tolerance * max(1, max|expected|)``.

        Args:
            got: what the student's function returned.
            expected: literal numbers.
            what: what it is, for the message: ``"softmax of a batch"``.
            hints: the table of ``hints/ASSIGNMENT.toml`` whose likely causes are looked through.
            hint: what to say where none of them fits.

        Raises:
            CheckFailed: the message gives the likely cause first, then shapes, errors and the worst
                entry.
        """
        try:
            check_close(got, expected, tolerance=tolerance, what=what)
        except ParityError as error:
            raise self._failed(str(error), got, hints, hint, tolerance) from None

    def equal(self, got: Any, expected: Any, what: str, *, hints: str = "", hint: str = "") -> None:
        """The result is exactly the expected integer, text, truth value, or list of such.

        Raises:
            CheckFailed: it is not; the message gives both.
        """
        have, want = _plain(got), _plain(expected)
        if not _same(have, want):
            text = f"{what} is {_short(have)}, expected {_short(want)}"
            raise self._failed(text, got, hints, hint)

    def shape(self, got: Any, expected: tuple[int, ...], what: str, *, hint: str = "") -> None:
        """The result is an array of that shape.

        Raises:
            CheckFailed: it is none, or of another shape.
        """
        try:
            have = to_numpy(got, what).shape
        except ShapeError as error:
            raise self._failed(str(error), None, "", hint) from None
        if have != tuple(expected):
            text = f"{what} has shape {shape_text(have)}, expected {shape_text(expected)}"
            raise self._failed(text, None, "", hint)

    def that(self, condition: bool, sentence: str) -> None:
        """A property holds.

        Args:
            condition: a truth value; anything else does not count, however true it says it is.
            sentence: what is wrong where it does not hold.

        Raises:
            CheckFailed: it does not hold.
        """
        if not (isinstance(condition, bool | np.bool_) and condition):
            raise CheckFailed(sentence)

    def _failed(
        self, text: str, got: Any, hints: str, hint: str, tolerance: float = 1e-8
    ) -> CheckFailed:
        causes = read_hints(self.assignment)[hints] if hints else {}
        clue = likely_cause(got, causes, tolerance=tolerance) or hint
        return CheckFailed(f"Hint: {clue}\n{text}" if clue else text)


def _plain(value: Any) -> Any:
    """NumPy's scalars and arrays, and tuples, as Python's own numbers and lists."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _same(have: Any, want: Any) -> bool:
    """Equal, and by Python's own types: an object that claims to equal everything does not."""
    if type(want) is list:
        if type(have) is not list or len(have) != len(want):
            return False
        return all(map(_same, have, want))
    numbers = type(have) in (int, float) and type(want) in (int, float)
    return (numbers or type(have) is type(want)) and have == want


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + " …"
