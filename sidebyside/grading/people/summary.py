"""The class in a table for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from sidebyside.grading.people.records import Record, Results, Task
from sidebyside.grading.people.statistics import FEWEST, Spread, judged, task_items, to_look_at
from sidebyside.grading.people.text import (
    duration,
    number,
    one_line,
    padded,
    plural,
    size,
    width,
)

LOOKS = 10  # submissions to look at that are named


def summary(records: Sequence[Record] | Results, wall: float | None = None) -> str:
    """An aligned table: scores, points lost by task, whom to look at, time and memory.

    Args:
        records: of one assignment; ``Results`` also bring the tasks' titles.
        wall: seconds that the whole grading took, where known.
    """
    results = records if isinstance(records, Results) else _of(records)
    if not results.records:
        return "No submissions.\n"
    scores = Spread.of([record.score for record in results.records])
    full = sum(record.full for record in results.records)
    rows = [
        ("submissions", f"{len(results.records):,}"),
        ("points", number(results.points)),
        ("mean", f"{number(scores.mean)} ({_percent(scores.mean, results.points)})"),
        ("median", f"{number(scores.median)} ({_percent(scores.median, results.points)})"),
        ("lowest, highest", f"{number(scores.least)}, {number(scores.most)}"),
        ("full marks", f"{full:,} ({_percent(full, len(results.records))})"),
    ]
    if results.missing:
        rows.append(("handed nothing in", f"{len(results.missing):,}"))
    examined = [record for record in results.records if record.examined]
    if examined:
        seconds = Spread.of([record.seconds for record in examined])
        memory = Spread.of([record.memory for record in examined])
        middle, most = duration(seconds.median), duration(seconds.most)
        rows.append(("time, median, longest", f"{middle}, {most}"))
        rows.append(("memory, median, most", f"{size(memory.median)}, {size(memory.most)}"))
    if wall is not None:
        pace = f", {len(results.records) / wall * 60:.0f} a minute" if wall > 0 else ""
        rows.append(("graded in", duration(wall) + pace))
    left = max(width(label) for label, _ in rows)
    lines = [f"{padded(label, left)}  {value}" for label, value in rows]
    lines += ["", *_tasks(results), *_looks(results)]
    return "\n".join(lines) + "\n"


def _tasks(results: Results) -> list[str]:
    rows = [("task", "points", "mean", "share", "lost by", "item–rest")]
    for item in task_items(results):
        lost = len(judged(results)) - item.full
        telling = "–" if item.discrimination is None else f"{item.discrimination:.2f}"
        title = one_line(item.title, 48)
        mean, share = number(item.share * item.points), f"{item.share:.0%}"
        rows.append((title, number(item.points), mean, share, str(lost), telling))
    if len(results.records) < FEWEST:
        rows = [row[:-1] for row in rows]
    columns = [max(width(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [padded(row[0], columns[0])]
        cells += [
            padded(cell, wide, right=True) for cell, wide in zip(row[1:], columns[1:], strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return [lines[0], "-" * width(lines[0]), *lines[1:]]


def _looks(results: Results) -> list[str]:
    looks = to_look_at(results)
    if not looks:
        return []
    lines = ["", f"{plural(len(looks), 'submission')} to look at:"]
    shown = looks[:LOOKS]
    names = [one_line(look.record.student, 24) for look in shown]
    left = max(width(name) for name in names)
    for name, look in zip(names, shown, strict=True):
        more = f" (and {len(look.reasons) - 1} more)" if len(look.reasons) > 1 else ""
        lines.append(f"  {padded(name, left)}  {one_line(look.reasons[0], 100)}{more}")
    if len(looks) > LOOKS:
        lines.append(f"  and {len(looks) - LOOKS} more: see the report")
    return lines


def _percent(part: float, whole: float) -> str:
    return f"{part / whole:.0%}" if whole else "–"


def _of(records: Sequence[Record]) -> Results:
    """Results of bare records: each graded cell is a task."""
    cells = {mark.key: mark for record in records for mark in record.marks}
    tasks = tuple(Task(m.cell, m.cell, (key,), m.points) for key, m in cells.items())
    points = max((record.points for record in records), default=0.0)
    return Results("", tuple(records), tasks, points)
