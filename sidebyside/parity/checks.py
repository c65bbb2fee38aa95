"""For tests and assignments: is a result right, and if not, how is it wrong?"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sidebyside.errors import ParityError, ShapeError
from sidebyside.parity.arrays import shape_text, to_numpy, wide


def relative_error(a: Any, b: Any) -> float:
    """The largest ``|a − b| / max(1e-12, |a| + |b|)`` of any element.

    The measure of Stanford's CS231n gradient checks: about 1e-7 is good for float64 gradients by
    finite differences, 1e-2 is a mistake; 1 means opposite signs or a zero against a number. The
    floor keeps noise around exact zeros from counting.

    Args:
        a, b: arrays, tensors, lists or numbers of one shape.

    Raises:
        ShapeError: the shapes differ.
    """
    a, b = to_numpy(a, "the first array"), to_numpy(b, "the second array")
    if a.shape != b.shape:
        raise ShapeError(f"shapes {shape_text(a.shape)} and {shape_text(b.shape)} differ")
    if a.size == 0:
        return 0.0
    a, b = wide(a), wide(b)
    return float(np.max(np.abs(a - b) / np.maximum(1e-12, np.abs(a) + np.abs(b))))


def check_close(
    got: Any, expected: Any, *, tolerance: float = 1e-6, what: str = "value", hint: str = ""
) -> None:
    """Assert that a result is right, and say how wrong it is where it is not.

    It passes when ``max|got − expected| <= tolerance * max(1, max|expected|)``.

    Args:
        got, expected: arrays, tensors, lists or numbers.
        what: what it is, for the message: ``"softmax of a batch"``.
        hint: a likely cause; the message begins with it, since its end may be cut off.

    Raises:
        ParityError: an AssertionError; the message gives the shapes, the relative and absolute
            error, the worst entry, and what the error looks like (a constant factor, a transpose).
    """
    __tracebackhide__ = True
    clue_first = f"Hint: {hint}\n" if hint else ""
    if got is None:
        raise ParityError(f"{clue_first}{what} is None: does the function return its result?")
    want = to_numpy(expected, f"the expected {what}")
    try:
        have = to_numpy(got, what)
    except ShapeError as error:
        raise ParityError(f"{clue_first}{error}") from None
    if have.shape != want.shape:
        clue = ""
        if have.size == want.size:
            clue = " (the number of entries is right: is it transposed, or a dimension too many?)"
        raise ParityError(
            f"{clue_first}{what} has shape {shape_text(have.shape)}, "
            f"expected {shape_text(want.shape)}{clue}"
        )
    have, want = wide(have), wide(want)
    bad = ~np.isfinite(have) & np.isfinite(want)
    if bad.any():
        first = tuple(int(i) for i in np.argwhere(bad)[0])
        raise ParityError(
            f"{clue_first}{what}: {int(bad.sum())} of {have.size} entries are NaN or infinite "
            f"(the first at {first}), where finite numbers are expected"
        )
    same = have == want
    same |= np.isnan(have) & np.isnan(want)
    with np.errstate(invalid="ignore"):
        gap = np.where(same, 0.0, np.abs(have - want))
    finite = np.isfinite(want)
    scale = float(np.abs(want[finite]).max()) if finite.any() else 0.0
    largest = float(gap.max()) if gap.size else 0.0
    if largest <= tolerance * max(1.0, scale):
        return
    place = np.unravel_index(int(np.argmax(gap)), gap.shape)
    where = f" at {tuple(int(i) for i in place)}" if gap.ndim else ""
    lines = [
        f"{what}, shape {shape_text(want.shape)}: relative error "
        f"{relative_error(have[finite], want[finite]):.1e}, largest absolute error "
        f"{largest:.1e}{where} (got {have[place]:.6g}, expected {want[place]:.6g}); "
        f"allowed {tolerance:.0e} of max(1, largest expected value)"
    ]
    clue = _pattern(have, want)
    if clue:
        lines.append(clue)
    raise ParityError(clue_first + "\n".join(lines))


def _pattern(have: np.ndarray, want: np.ndarray) -> str:
    """What the error looks like, where it has a simple shape; an empty string otherwise."""
    if want.size < 2 or not np.isfinite(want).all():
        return ""
    if not have.any():
        return "Every entry is 0."
    close = lambda a, b: bool(np.allclose(a, b, rtol=1e-4, atol=1e-7))
    if close(have, -want):
        return "Every entry has the wrong sign."
    scale = np.vdot(want, have).real / max(np.vdot(want, want).real, 1e-300)
    if scale and f"{scale:.4g}" != "1" and close(have, scale * want):
        return f"Every entry is {scale:.4g} times the expected one: is a factor missing or extra?"
    shift = float(np.mean((have - want).real))
    if close(have, want + shift):
        return f"Every entry is off by the same {shift:.4g}."
    if want.ndim >= 2 and want.shape[-1] == want.shape[-2] and close(have.swapaxes(-1, -2), want):
        return "It is the transpose of what is expected."
    wrong = ~np.isclose(have, want, rtol=1e-4, atol=1e-7)
    return f"{int(wrong.sum())} of {want.size} entries differ."


def likely_cause(got: Any, causes: Mapping[str, Any], *, tolerance: float = 1e-8) -> str:
    """Recognise a classic mistake by the value that it gives; the ``hint`` for ``check_close``.

    Args:
        got: what a function returned; anything, also what is no number at all.
        causes: what each mistake would have given, by the sentence that names the mistake.
        tolerance: an absolute difference that counts as none, beside the fourth digit.

    Returns:
        The first sentence whose value agrees with ``got`` to four digits, or an empty string.
    """
    try:
        have = np.asarray(to_numpy(got, "result"), dtype=float)
    except (ShapeError, TypeError, ValueError):
        return ""
    for sentence, value in causes.items():
        value = np.asarray(to_numpy(value, sentence), dtype=float)
        if have.shape == value.shape and np.allclose(have, value, rtol=1e-4, atol=tolerance):
            return sentence
    return ""
