"""What a comparison found, and how it is shown: rows, a text table, a notebook table."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from itertools import combinations
from typing import Any

import numpy as np

from sidebyside.errors import ParityError, ShapeError
from sidebyside.frameworks import FRAMEWORKS, LABELS, PARITY_MIME
from sidebyside.parity.arrays import (
    check_finite,
    shape_text,
    to_numpy,
    wide,
)
from sidebyside.parity.checks import relative_error

MOST_LINES = 25


@dataclass(frozen=True)
class Row:
    """One array, as two frameworks computed it.

    Attributes:
        what: the kind of quantity: ``"output"``, ``"loss"``, ``"gradient"`` …
        name: which one of that kind, such as ``"dense_1/kernel"``; may be empty.
        pair: the two frameworks compared; the first is the reference.
        shape: the array's shape in the layout that it was compared in (Keras' layout).
        max_abs: the largest absolute difference of two elements.
        max_rel: ``relative_error`` of the two arrays.
        reference: the largest absolute value in the reference.
    """

    what: str
    name: str
    pair: tuple[str, str]
    shape: tuple[int, ...]
    max_abs: float
    max_rel: float
    reference: float = 0.0

    @property
    def difference(self) -> float:
        """What is held against the tolerance: ``max_abs / max(1, max|reference|)``."""
        return self.max_abs / max(1.0, self.reference)

    @property
    def label(self) -> str:
        """The row's kind and name in one phrase."""
        return f"{self.what}: {self.name}" if self.name else self.what


@dataclass(frozen=True)
class Comparison:
    """The differences between implementations that should compute the same.

    A row passes when ``max_abs <= tolerance * max(1, max|reference|)``: an absolute bound for
    small numbers, a relative one for large.

    Attributes:
        rows: every array compared, for every pair of frameworks.
        frameworks: those compared, in the order numpy, tensorflow, pytorch.
        dtype: the precision of the computation, ``"float32"`` or ``"float64"``.
        tolerance: the bound that it was held against, or None.
        steps: how many optimiser steps were taken.
        notes: what was done or left out to make the comparison possible, in sentences.
        differences: settings found to differ between the models, in sentences.
    """

    rows: tuple[Row, ...]
    frameworks: tuple[str, ...]
    dtype: str
    title: str = "Same weights, same numbers"
    tolerance: float | None = None
    steps: int = 0
    notes: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()

    @property
    def largest(self) -> float:
        """The largest ``max_abs / max(1, max|reference|)`` of all rows.

        That is the number held against the tolerance; it is 0.0 for an empty comparison.
        """
        return max((row.difference for row in self.rows), default=0.0)

    def check(self, tolerance: float) -> "Comparison":
        """Return the comparison itself where every row passes.

        Raises:
            ParityError: a row differs by more; the message names the worst rows and every setting
                that was found to differ between the models.
        """
        failed = sorted(
            (row for row in self.rows if not row.difference <= tolerance),
            key=lambda row: -row.difference,
        )
        if not failed:
            return self
        lines = [
            f"{self.title}: {len(failed)} of {len(self.rows)} rows differ by more than the "
            f"tolerance {tolerance:.1e} (scaled by max(1, largest reference value)):"
        ]
        for row in failed[:5]:
            first, second = (LABELS[name] for name in row.pair)
            lines.append(
                f"  {row.label}, shape {shape_text(row.shape)}, {first} and {second}: "
                f"largest difference {row.max_abs:.1e}, relative {row.max_rel:.1e}"
            )
        if len(failed) > 5:
            lines.append(f"  and {len(failed) - 5} more (see .rows)")
        if self.differences:
            lines.append("Settings that differ between the models:")
            lines += [f"  {text}" for text in self.differences]
        if self.notes:
            lines.append("Notes:")
            lines += [f"  {text}" for text in self.notes]
        raise ParityError("\n".join(lines), largest=self.largest)

    def __str__(self) -> str:
        lines = [self._caption(), *text_table(*self._table(), left=2)]
        lines += [f"Different setting: {text}" for text in self.differences]
        lines += [f"Note: {text}" for text in self.notes]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)

    def _caption(self) -> str:
        names = [LABELS[name] for name in self.frameworks]
        who = ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)
        text = f"{self.title} ({who}, {self.dtype}): largest difference {self.largest:.1e}"
        if self.tolerance is not None:
            verdict = "within" if self.largest <= self.tolerance else "above"
            text += f", {verdict} the tolerance {self.tolerance:.1e}"
        return text

    def _table(self) -> tuple[list[str], list[list[str]]]:
        """Head and body: one line for an array, one column for a pair of frameworks."""
        pairs = [pair for pair in combinations(self.frameworks, 2) if self._has(pair)]
        head = ["quantity", "shape"]
        if len(pairs) == 1:
            head += ["largest absolute", "largest relative"]
        else:
            head += [f"{LABELS[a]} – {LABELS[b]}" for a, b in pairs]
        groups: dict[str, dict[str, list[Row]]] = {}
        for row in self.rows:
            groups.setdefault(row.what, {}).setdefault(row.name, []).append(row)
        shown = {what: len(arrays) for what, arrays in groups.items()}
        while sum(shown.values()) > MOST_LINES and max(shown.values()) > 1:
            longest = max(shown, key=lambda what: shown[what])
            shown[longest] = 1  # the group's worst, with a count
        body = []
        for what, arrays in groups.items():
            if shown[what] == len(arrays):
                lines = [(rows[0].label, rows) for rows in arrays.values()]
            else:
                worst = max(arrays.values(), key=lambda rows: max(r.difference for r in rows))
                lines = [(f"{what}: worst of {len(arrays)}, {worst[0].name}", worst)]
            for label, rows in lines:
                line = [label, shape_text(rows[0].shape)]
                by_pair = {row.pair: row for row in rows}
                for pair in pairs:
                    row = by_pair.get(pair)
                    line.append(f"{row.max_abs:.1e}" if row else "")
                    if len(pairs) == 1:
                        line.append(f"{row.max_rel:.1e}" if row else "")
                body.append(line)
        return head, body

    def _has(self, pair: tuple[str, str]) -> bool:
        return any(row.pair == pair for row in self.rows)

    def _html(self) -> str:
        parts = html_table("sidebyside-parity", self._caption(), *self._table(), left=2)
        for kind, sentences in (("Different setting", self.differences), ("Note", self.notes)):
            parts += [f"<p>{kind}: {escape(sentence)}</p>" for sentence in sentences]
        return "\n".join(parts)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {
            "text/plain": str(self),
            "text/html": self._html(),
            PARITY_MIME: {
                "title": self.title,
                "frameworks": list(self.frameworks),
                "largest": self.largest,
                "tolerance": self.tolerance,
                "dtype": self.dtype,
                "steps": self.steps,
            },
        }


def text_table(head: list[str], body: list[list[str]], *, left: int) -> list[str]:
    """The lines of a table; its first ``left`` columns are flush left, the others flush right."""
    widths = [max(len(line[i]) for line in [head, *body]) for i in range(len(head))]
    lines = []
    for line in [head, ["-" * width for width in widths], *body]:
        cells = [
            text.ljust(width) if i < left else text.rjust(width)
            for i, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def html_table(
    css_class: str, caption: str, head: list[str], body: list[list[str]], *, left: int
) -> list[str]:
    """The lines of an accessible HTML table that inherits its colours from the page."""
    number = ' style="text-align: right; font-variant-numeric: tabular-nums"'
    text = ' style="text-align: left"'
    styles = [text if i < left else number for i in range(len(head))]
    parts = [
        f'<table class="{css_class}" style="color: inherit; background: transparent">',
        '<caption style="caption-side: top; text-align: left; color: inherit">'
        f"{escape(caption)}</caption>",
        "<thead><tr>",
        *(
            f'<th scope="col"{style}>{escape(cell)}</th>'
            for cell, style in zip(head, styles, strict=True)
        ),
        "</tr></thead>",
        "<tbody>",
    ]
    for line in body:
        cells = [f'<th scope="row"{text}>{escape(line[0])}</th>']
        cells += [
            f"<td{style}>{escape(cell)}</td>"
            for cell, style in zip(line[1:], styles[1:], strict=True)
        ]
        parts.append("<tr>" + "".join(cells) + "</tr>")
    return [*parts, "</tbody>", "</table>"]


def rows_for(what: str, name: str, arrays: Mapping[str, np.ndarray]) -> list[Row]:
    """A row for every pair of frameworks, the arrays being in one layout.

    Raises:
        ShapeError: two of them differ in shape; the message gives both.
        NonFiniteError: one of them holds NaN or infinity.
    """
    label = f"{what}: {name}" if name else what
    present = [framework for framework in FRAMEWORKS if framework in arrays]
    for framework in present:
        check_finite(arrays[framework], f"{label} in {LABELS[framework]}")
    rows = []
    for pair in combinations(present, 2):
        a, b = (arrays[framework] for framework in pair)
        if a.shape != b.shape:
            raise ShapeError(
                f"{label} has shape {shape_text(a.shape)} in {LABELS[pair[0]]} and "
                f"{shape_text(b.shape)} in {LABELS[pair[1]]}; they must be equal to be compared"
            )
        gap = np.abs(wide(a) - wide(b))
        rows.append(
            Row(
                what=what,
                name=name,
                pair=pair,
                shape=a.shape,
                max_abs=float(gap.max()) if gap.size else 0.0,
                max_rel=relative_error(a, b),
                reference=float(np.abs(wide(a)).max()) if a.size else 0.0,
            )
        )
    return rows


def agree(
    quantities: Mapping[str, Mapping[str, Any]],
    *,
    tolerance: float | None = None,
    title: str | None = None,
) -> Comparison:
    """The table of differences for arrays that you computed yourself.

    Args:
        quantities: for each quantity, the array that each framework computed for it:
            ``{"softmax": {"numpy": a, "tensorflow": b, "pytorch": c}}``. Two or three of the
            frameworks, of equal shapes; tensors of both frameworks, on any device, are accepted.
        tolerance: raise where a row differs by more than this times ``max(1, max|reference|)``.
        title: the table's title.

    Raises:
        ParityError: a row is above the tolerance.
        ShapeError: there is no quantity, or one has fewer than two frameworks, one not known, or
            unequal shapes.
        NonFiniteError: a value is NaN or infinite.
    """
    if not quantities:
        raise ShapeError(
            "there is nothing to compare; agree needs at least one quantity, such as "
            '{"softmax": {"numpy": a, "pytorch": b}}'
        )
    rows: list[Row] = []
    used: set[str] = set()
    dtypes = []
    for what, arrays in quantities.items():
        unknown = sorted(set(arrays) - set(FRAMEWORKS))
        if unknown:
            raise ShapeError(
                f"{what!r} names {unknown[0]!r}; the frameworks are 'numpy', 'tensorflow' "
                "and 'pytorch'"
            )
        if len(arrays) < 2:
            raise ShapeError(f"{what!r} has {len(arrays)} framework(s); two or three are needed")
        found = {name: to_numpy(a, f"{what} in {LABELS[name]}") for name, a in arrays.items()}
        rows += rows_for(what, "", found)
        used |= set(found)
        dtypes += [array.dtype for array in found.values() if array.dtype.kind in "fc"]
    comparison = Comparison(
        rows=tuple(rows),
        frameworks=tuple(name for name in FRAMEWORKS if name in used),
        dtype=min(dtypes, key=lambda dtype: np.finfo(dtype).precision).name if dtypes else "int64",
        title=title or "Same numbers",
        tolerance=tolerance,
    )
    return comparison if tolerance is None else comparison.check(tolerance)
