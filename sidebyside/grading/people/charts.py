"""Small charts as inline SVG, each with a text that says what it shows."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from sidebyside.grading.people.statistics import Bins
from sidebyside.grading.people.text import number


def columns(
    bins: Bins,
    alt: str,
    *,
    unit: Callable[[float], str] = number,
    marker: float | None = None,
    marker_label: str = "",
    label: str = "",
    at_columns: bool = False,
    wide: int = 720,
    high: int = 220,
    css: str = "",
) -> str:
    """A histogram.

    Args:
        bins: its columns.
        alt: what a reader who can't see it is told.
        unit: how an edge is written.
        marker: a value marked by a line, such as the median, with its ``marker_label``.
        label: of the horizontal axis.
        at_columns: whether a column is named in its middle by its left edge, not at its edges.
        wide, high: of the drawing, in its own units. css: further classes.
    """
    left, right, top, bottom = 8, 8, 42 if marker is not None else 22, 44 if label else 24
    across, up = wide - left - right, high - top - bottom
    count = len(bins.counts)
    step = across / count
    tallest = max(bins.counts, default=0) or 1
    base = top + up
    parts = [f'<line class="line" x1="{left}" x2="{wide - right}" y1="{base}" y2="{base}"/>']
    if marker is not None:
        first, last = bins.edges[0], bins.edges[-1]
        columns_in = count * (min(max(marker, first), last) - first) / (last - first)
        if at_columns:  # the middle of the column that holds it
            columns_in = min(int(columns_in + 1e-9), count - 1) + 0.5
        x = left + step * columns_in
        anchor = "end" if x > wide * 0.85 else "start" if x < wide * 0.15 else "middle"
        parts.append(
            f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="17" y2="{base}"/>'
            f'<text x="{x:.1f}" y="12" text-anchor="{anchor}">{escape(marker_label)}</text>'
        )
    for n, value in enumerate(bins.counts):
        if not value:
            continue
        tall = up * value / tallest
        x = left + n * step + step * 0.06
        parts.append(
            f'<rect class="bar" x="{x:.1f}" y="{base - tall:.1f}" width="{step * 0.88:.1f}" '
            f'height="{tall:.1f}" rx="2"/>'
            f'<text class="value" x="{x + step * 0.44:.1f}" y="{base - tall - 6:.1f}" '
            f'text-anchor="middle">{value}</text>'
        )
    for n in range(count if at_columns else count + 1):
        if n % -(-count // (24 if wide > 500 else 9)):
            continue
        x, anchor = left + n * step, "start" if n == 0 else "end" if n == count else "middle"
        if at_columns:
            x, anchor = x + step / 2, "middle"
        shown = escape(unit(bins.edges[n]))
        parts.append(f'<text x="{x:.1f}" y="{base + 17}" text-anchor="{anchor}">{shown}</text>')
    if label:
        parts.append(
            f'<text x="{left + across / 2:.1f}" y="{high - 6}" text-anchor="middle">'
            f"{escape(label)}</text>"
        )
    box = f'viewBox="0 0 {wide} {high}" role="img" aria-label="{escape(alt)}"'
    return f'<svg class="chart {css}" {box}>{"".join(parts)}</svg>'


def share_bar(share: float) -> str:
    """A bar from 0 to 1; the number stands beside it, so it is hidden from readers aloud."""
    filled = 100 * min(max(share, 0.0), 1.0)
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="rest" width="100" height="10"/>'
        f'<rect class="bar" width="{filled:.1f}" height="10"/></svg>'
    )
