"""Is each setting needed? Take one away at a time, and see the comparison fail."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from sidebyside.errors import NonFiniteError, ParityError, ShapeError, TranslationError
from sidebyside.frameworks import NEEDED_MIME
from sidebyside.parity.arrays import to_numpy
from sidebyside.parity.report import Comparison, html_table, text_table

Difference = Comparison | float | Callable[[], Comparison | float]
"""A comparison, its largest difference, or a function of no arguments that returns either."""


@dataclass(frozen=True)
class Without:
    """What is left of the agreement when one setting is taken away.

    Attributes:
        setting: the setting, in words.
        largest: the largest difference without it, which may be infinite or NaN; None where the
            comparison stopped before it had a number.
        error: the name of the error that stopped it, or an empty string.
        reason: the first line of that error's message.
    """

    setting: str
    largest: float | None
    error: str = ""
    reason: str = ""

    def fails(self, tolerance: float) -> bool:
        """Whether the comparison fails without the setting, as it should."""
        return self.largest is None or not self.largest <= tolerance

    @property
    def text(self) -> str:
        """The difference as the table shows it."""
        if self.largest is None:
            return f"fails ({self.error})"
        if math.isnan(self.largest):
            return "not a number"
        return "infinite" if math.isinf(self.largest) else f"{self.largest:.1e}"


@dataclass(frozen=True)
class Needed:
    """A comparison that holds with every setting and fails without any one of them.

    Attributes:
        everything: the largest difference with everything set.
        without: for each setting, the largest difference without it.
        tolerance: the bound between agreement and failure.
        title: the table's title.
    """

    everything: float
    without: tuple[Without, ...]
    tolerance: float
    title: str = "Each setting is needed"

    def __str__(self) -> str:
        lines = [self._caption(), *text_table(*self._table(), left=1)]
        return "\n".join([*lines, *self._reasons()])

    def __repr__(self) -> str:
        return str(self)

    def _caption(self) -> str:
        return (
            f"{self.title}: with everything set the difference is within the tolerance "
            f"{self.tolerance:.1e}, without any one setting it is above"
        )

    def _table(self) -> tuple[list[str], list[list[str]]]:
        head = ["setting", "with everything set", "without this one"]
        return head, [[one.setting, f"{self.everything:.1e}", one.text] for one in self.without]

    def _reasons(self) -> list[str]:
        return [
            f"Without {one.setting}: {one.reason}"
            for one in self.without
            if one.largest is None and one.reason
        ]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        parts = html_table("sidebyside-needed", self._caption(), *self._table(), left=1)
        parts += [f"<p>{escape(sentence)}</p>" for sentence in self._reasons()]
        return {
            "text/plain": str(self),
            "text/html": "\n".join(parts),
            NEEDED_MIME: {
                "title": self.title,
                "tolerance": self.tolerance,
                "everything": self.everything,
                "without": [
                    {
                        "setting": one.setting,
                        # JSON has neither infinity nor NaN
                        "largest": one.largest if _is_finite(one.largest) else None,
                        "shown": one.text,
                    }
                    for one in self.without
                ],
            },
        }


def needed(
    everything: Difference,
    without: Mapping[str, Difference],
    *,
    tolerance: float,
    title: str | None = None,
) -> Needed:
    """Show that a comparison needs each of its settings: it fails without any one of them.

    Write it as the last expression of a cell; the table has one row for each setting, with the
    largest difference with everything set and the largest without this one::

        def adam(**changed):
            settings = {"learning_rate": 0.01, "epsilon": 1e-7} | changed
            ...
            return parity.compare(keras_net, torch_net, x, y, ...)

        parity.needed(
            adam(),
            {"equal epsilon": lambda: adam(epsilon=1e-3)},
            tolerance=1e-6,
        )

    Args:
        everything: what ``compare`` or ``agree`` returned with every setting in place, or a
            function of no arguments that returns it, or its largest difference as a number.
        without: for each setting, in words, the same with that one setting taken away. A
            comparison that raises ParityError, TranslationError or NonFiniteError fails, as does
            a difference that is infinite or NaN; any other error is a mistake in the comparison
            and is raised. Give the inner comparison no tolerance of its own, and it has a number
            to show.
        tolerance: the bound between agreement and failure.
        title: the table's title.

    Raises:
        ParityError: the difference with everything set is above the tolerance, or the one without
            a setting is within it, so that the setting is not needed; the message names them all.
        ShapeError: a comparison has no rows, or is neither a comparison nor one number.
        ValueError: there is no setting, a setting has no name, a difference is negative, or the
            tolerance is no finite number of 0 or more.
    """
    if isinstance(tolerance, bool) or not (math.isfinite(tolerance) and tolerance >= 0):
        raise ValueError(f"tolerance is {tolerance!r}; expected a finite number of 0 or more")
    if not without:
        raise ValueError(
            "needed has no setting to take away; name at least one, such as "
            '{"equal epsilon": lambda: run(epsilon=1e-3)}'
        )
    for setting in without:
        if not isinstance(setting, str) or not setting.strip():
            raise ValueError(f"a setting is named {setting!r}; name it in words")
    largest = _largest(everything, "the comparison with everything set")
    if not largest <= tolerance:
        raise ParityError(
            f"with everything set the largest difference is {largest:.1e}, above the tolerance "
            f"{tolerance:.1e}: make the comparison agree before asking what it needs",
            largest=largest,
        )
    found = tuple(_without(setting, one) for setting, one in without.items())
    idle = [one for one in found if not one.fails(tolerance)]
    if idle:
        lines = [
            f"{len(idle)} of {len(found)} settings are not needed at the tolerance "
            f"{tolerance:.1e} (with everything set the largest difference is {largest:.1e}):"
        ]
        lines += [f"  without {one.setting!r} it is {one.text}" for one in idle]
        lines.append(
            "Say no more of such a setting than that it was equal, or choose inputs or a tolerance "
            "that tell the difference."
        )
        raise ParityError("\n".join(lines))
    return Needed(largest, found, float(tolerance), title or "Each setting is needed")


def _without(setting: str, difference: Difference) -> Without:
    try:
        return Without(setting, _largest(difference, f"the comparison without {setting!r}"))
    except (ParityError, TranslationError, NonFiniteError) as error:
        reason = (str(error).splitlines() or [""])[0]
        return Without(setting, getattr(error, "largest", None), type(error).__name__, reason)


def _largest(difference: Difference, what: str) -> float:
    """The number to hold against the tolerance."""
    if callable(difference):
        difference = difference()
    if isinstance(difference, Comparison):
        if not difference.rows:
            raise ShapeError(f"{what} has no rows: it compared nothing")
        # max() passes a NaN by, unless it comes first
        return max((row.difference for row in difference.rows), key=lambda d: (math.isnan(d), d))
    array = to_numpy(difference, what)
    if array.size != 1 or array.dtype.kind not in "iuf":
        raise ShapeError(
            f"{what} gave {type(difference).__name__} of shape {array.shape}; expected what "
            "compare or agree returns, or the largest difference as one number"
        )
    number = float(array.reshape(()))
    if number < 0:
        raise ValueError(f"{what} gave {number:.1e}; a largest difference is 0 or more")
    return number


def _is_finite(number: float | None) -> bool:
    return number is not None and math.isfinite(number)
