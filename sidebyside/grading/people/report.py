"""The report on a graded assignment, one HTML file; ``sidebyside report``."""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib import metadata
from pathlib import Path
from typing import Any

from sidebyside.grading.course.directory import Course
from sidebyside.grading.people import charts
from sidebyside.grading.people.locations import add_course_options, course_of, graded
from sidebyside.grading.people.look import LOGO, page
from sidebyside.grading.people.records import (
    Mark,
    Record,
    Results,
    status_word,
)
from sidebyside.grading.people.statistics import (
    FEWEST,
    Failure,
    Item,
    Look,
    Spread,
    failures,
    histogram,
    judged,
    task_items,
    test_items,
    to_look_at,
    verdict,
)
from sidebyside.grading.people.summary import summary
from sidebyside.grading.people.text import duration, number, one_line, plural, size

GRID = 300  # submissions up to which every single mark is shown
MEBIBYTE = 2**20


def write_report(
    course: Course | str | os.PathLike | None,
    assignment: str,
    path: str | os.PathLike | None = None,
    *,
    db: str | None = None,
    conditions: Mapping[str, Any] | None = None,
    wall: float | None = None,
) -> Path:
    """Write the report on an assignment.

    Args:
        course: the course, or its directory.
        assignment: its name.
        path: where to; ``reports/ASSIGNMENT.html`` in the course if None.
        db: URL of the gradebook, if not the configured one.
        conditions: how it was graded: ``limits``, ``versions``, ``sandbox``, anything else by name.
            What the records themselves hold is used where this is silent.
        wall: seconds that the whole grading took.

    Returns:
        the report's path.

    Raises:
        CourseError: there is no such course, gradebook or assignment.
    """
    course = course if isinstance(course, Course) else Course(course, db)
    results = graded(course, assignment)
    target = Path(path) if path else course.root / "reports" / f"{assignment}.html"
    text = render(results, conditions or {}, wall=wall)
    target.parent.mkdir(parents=True, exist_ok=True)
    # whole or not at all: a reader never sees half a report
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(name, 0o644)
    os.replace(name, target)
    return target


def render(
    results: Results,
    conditions: Mapping[str, Any] | None = None,
    *,
    wall: float | None = None,
    now: datetime.datetime | None = None,
) -> str:
    """The report as HTML."""
    now = now or datetime.datetime.now().astimezone()
    looks = to_look_at(results)
    parts = [_top(results, now)]
    if results.records:
        parts += [
            _facts(results, looks, wall),
            _scores(results),
            _looks(results, looks),
            _tasks(results),
            _failures(results),
            _costs(results),
            _everyone(results),
        ]
    else:
        parts.append("<p>No submission to this assignment has been graded.</p>")
    parts += [_missing(results), _conditions(results, conditions or {}), _footer(now)]
    return page(f"{one_line(results.assignment)}: report", f"<main>{''.join(parts)}</main>")


def _e(text: object, limit: int = 300) -> str:
    """Somebody's text as HTML: one line, nothing invisible, nothing that is markup."""
    return escape(one_line(text, limit))


def _top(results: Results, now: datetime.datetime) -> str:
    count = plural(len(results.records), "submission")
    of = f"{count}, {plural(len(results.tasks), 'task')}, {number(results.points)} points"
    return (
        f'<header class="top">{LOGO}<div><h1>{_e(results.assignment)}</h1>'
        f"<p>{of}. Written {now:%-d %B %Y, %H:%M}.</p></div></header>"
    )


def _facts(results: Results, looks: Sequence[Look], wall: float | None) -> str:
    records, points = results.records, results.points
    scores = Spread.of([record.score for record in records])
    full = sum(record.full for record in records)
    facts = [
        ("mean", number(scores.mean, 1), f"of {number(points)}"),
        ("median", number(scores.median, 1), f"of {number(points)}"),
        ("lowest, highest", f"{number(scores.least, 1)}, {number(scores.most, 1)}", ""),
        ("full marks", f"{full:,}", f"of {len(records):,}"),
        ("to look at by hand", f"{len(looks):,}", f"of {len(records):,}"),
    ]
    waiting = sum(record.manual for record in records)
    if waiting:
        facts.append(("not yet graded by hand", f"{waiting:,}", ""))
    if wall is not None:
        facts.append(("graded in", duration(wall), ""))
    shown = "".join(
        f"<div><dt>{label}</dt><dd>{value}{f' <small>{unit}</small>' if unit else ''}</dd></div>"
        for label, value, unit in facts
    )
    note = ""
    if waiting:
        note = (
            f'<p class="warm">{plural(waiting, "submission")} still {_have(waiting)} parts to be '
            "graded by hand; until then those count as no points, in every figure below.</p>"
        )
    return f'<dl class="facts">{shown}</dl>{note}'


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _scores(results: Results) -> str:
    scores = [record.score for record in results.records]
    spread = Spread.of(scores)
    high = max(results.points, spread.most) + 1e-6
    picture = ""
    for css, wanted, wide in (("on-desk", 26, 720), ("on-phone", 11, 360)):
        bins = histogram(scores, 0, high, wanted)
        picture += charts.columns(
            bins,
            f"Histogram of the scores. {_in_words(bins, number, 'points')}",
            marker=spread.median,
            marker_label=f"median {number(spread.median, 1)}",
            label="points",
            at_columns=True,
            wide=wide,
            css=css,
        )
    late = ", late penalties taken off" if any(r.penalty for r in results.records) else ""
    example = "a column holds its own number and what lies below the next one’s"
    return (
        "<section><h2>Scores</h2>"
        f"<figure>{picture}<figcaption>Number of submissions by points{late}; "
        f"{example}.</figcaption></figure></section>"
    )


def _in_words(bins, unit, what: str) -> str:
    parts = []
    for n, count in enumerate(bins.counts):
        if count:
            parts.append(f"{unit(bins.edges[n])} to {unit(bins.edges[n + 1])} {what}: {count}")
    return "; ".join(parts) + "." if parts else "Empty."


def _looks(results: Results, looks: Sequence[Look]) -> str:
    heading = "<h2>Submissions to look at by hand</h2>"
    if not looks:
        return f"<section>{heading}<p>Nothing in the records calls for one.</p></section>"
    rows = []
    for look in looks:
        reasons = "".join(f"<li>{_e(reason)}</li>" for reason in look.reasons)
        rows.append(
            f'<tr><th scope="row">{_who(look.record)}</th>'
            f'<td class="n" data-label="points">{number(look.record.score)}</td>'
            f'<td><ul class="reasons">{reasons}</ul></td></tr>'
        )
    shown = _table(
        "Most pressing first.", (("student", ""), ("points", "n"), ("why", "")), rows, "stack"
    )
    if len(looks) > 25:
        count = f"{len(looks):,} submissions"
        shown = f"<details><summary>{count}</summary>{shown}</details>"
    return f"<section>{heading}{shown}</section>"


def _who(record: Record) -> str:
    student = f"<code>{_e(record.student, 60)}</code>"
    name = _e(record.name, 60)
    return f'{name} <span class="quiet small">{student}</span>' if name else student


def _tasks(results: Results) -> str:
    count = len(judged(results))
    out = len(results.records) - count
    left_out = (
        f" {plural(out, 'submission')} that could not be examined {_is(out)} left out."
        if out
        else ""
    )
    rows = "".join(_item_row(item, count, heading=True) for item in task_items(results))
    tests = test_items(results)
    test_rows = "".join(_item_row(item, count, heading=False) for item in tests)
    return (
        "<section><h2>Tasks</h2>"
        "<p><b>Share</b> is the mean share of the points that was earned: the lower, the harder. "
        "<b>Discrimination</b> is the item–rest correlation: Pearson’s correlation of the points "
        "in a task with the points in all the others (for a test that is passed or failed, the "
        "point-biserial correlation). Near 1, those who do well elsewhere do well here; near 0 it "
        "tells nothing apart; below 0 the task or its tests deserve a look."
        f"{left_out}{_few(count)}</p>"
        f"{_items('Tasks', 'task', rows)}"
        f"<details><summary>{plural(len(tests), 'test')}, one by one</summary>"
        f"{_items('Tests', 'test', test_rows)}</details>"
        '<p class="quiet small">S. Henrysson, “Correction of item-total correlations in item '
        "analysis”, <i>Psychometrika</i> 28 (1963), 211–218. The item itself is left out of the "
        "total.</p></section>"
    )


def _few(count: int) -> str:
    if count >= FEWEST:
        return ""
    return f" It needs {FEWEST} submissions, and here {_is(count)} {count}."


def _items(caption: str, kind: str, rows: str) -> str:
    heads = (
        (kind, ""),
        ("points", "n"),
        ("share", "n"),
        ("all points", "n"),
        ("none", "n"),
        ("discrimination", "n"),
        ("", ""),
    )
    return _table("", heads, [rows], "stack", label=caption)


def _item_row(item: Item, count: int, *, heading: bool) -> str:
    if heading:
        name = f"{_e(item.title, 90)} <code class='quiet'>{_e(item.name, 60)}</code>"
    else:
        name = f"<code>{_e(item.name.split('/', 1)[-1], 60)}</code>"
    telling = "–" if item.discrimination is None else f"{item.discrimination:.2f}".replace("-", "−")
    said = verdict(item.discrimination, item.share, count) if count >= FEWEST else ""
    return (
        f'<tr><th scope="row">{name}</th>'
        f'<td class="n" data-label="points">{number(item.points)}</td>'
        f'<td class="n" data-label="share"><span class="share">{charts.share_bar(item.share)}'
        f"<span>{item.share:.0%}</span></span></td>"
        f'<td class="n" data-label="all points">{item.full}</td>'
        f'<td class="n" data-label="none">{item.none}</td>'
        f'<td class="n" data-label="discrimination">{telling}</td>'
        f'<td class="small warm">{escape(said)}</td></tr>'
    )


def _failures(results: Results) -> str:
    found = failures(results)
    heading = "<h2>What went wrong most</h2>"
    if not found:
        return f"<section>{heading}<p>No test took a point from anybody.</p></section>"
    count = len(judged(results))
    rows = [_failure_row(failure, count) for failure in found]
    heads = (("test", ""), ("lost points", "n"), ("typical messages", ""))
    caption = (
        "Messages that differ only in numbers and quoted names count as one; the most frequent "
        "wording is shown. What a hidden test compares is told to nobody."
    )
    first = _table(caption, heads, rows[:12], "stack", label="What went wrong most")
    if len(rows) > 12:
        rest = _table("", heads, rows[12:], "stack", label="Less frequent failures")
        first += f"<details><summary>{len(rows) - 12} more tests</summary>{rest}</details>"
    return f"<section>{heading}{first}</section>"


def _failure_row(failure: Failure, count: int) -> str:
    messages = "".join(
        f"<li><span class='mono'>{_e(m.text)}</span>"
        f' <span class="quiet small">{plural(m.students, "student")}</span></li>'
        for m in failure.messages
    )
    return (
        f'<tr><th scope="row"><code>{_e(failure.key.split("/", 1)[-1], 60)}</code>'
        f'<br><span class="quiet small">{_e(failure.title, 80)}</span></th>'
        f'<td class="n" data-label="lost points"><span class="share">'
        f"{charts.share_bar(failure.students / count)}<span>{failure.students}</span></span></td>"
        f"<td>{f'<ul>{messages}</ul>' if messages else ''}</td></tr>"
    )


def _costs(results: Results) -> str:
    examined = [record for record in results.records if record.examined]
    if not examined:
        return ""
    seconds = [record.seconds for record in examined]
    memory = [record.memory / MEBIBYTE for record in examined]
    total = sum(seconds)
    words = (
        f"{plural(len(examined), 'examined submission')}: {duration(total)} of wall time in all, "
        f"{duration(Spread.of(seconds).median)} in the middle, {duration(max(seconds))} at most."
    )
    pictures = [_cost("Time", seconds, "seconds")]
    if any(memory):
        pictures.append(_cost("Memory at its peak", memory, "MiB"))
    return (
        "<section><h2>Time and memory</h2>"
        f'<p>{words}</p><div class="pair">{"".join(pictures)}</div></section>'
    )


def _cost(title: str, values: list[float], unit: str) -> str:
    """Where most are; what is far out is counted beside, or it would squeeze the rest."""
    spread = Spread.of(values)
    ordered = sorted(values)
    high = min(spread.most, 3 * ordered[int(0.9 * (len(ordered) - 1))] or spread.most)
    near = [value for value in values if value <= high] or values
    low = min(near)
    bins = histogram(near, low if low > 0.5 * max(near) else 0, max(near), 8)
    far = len(values) - len(near)
    beyond = f" {far} beyond, up to {number(spread.most, 1)} {unit}." if far else ""
    picture = charts.columns(
        bins,
        f"Histogram: {title.lower()}. {_in_words(bins, number, unit)}{beyond}",
        label=unit,
        marker=spread.median,
        marker_label=f"median {number(spread.median, 1 if spread.median < 100 else 0)}",
        wide=400,
        high=190,
    )
    return (
        f"<figure><h3>{title}</h3>{picture}<figcaption>Submissions by {unit}.{beyond}"
        "</figcaption></figure>"
    )


def _everyone(results: Results) -> str:
    records = sorted(results.records, key=lambda r: (-r.score, r.student))
    if len(records) > GRID:
        return (
            "<section><h2>Every student</h2><p>More than "
            f"{GRID} submissions: <code>sidebyside export … --to csv</code> lists them.</p>"
            "</section>"
        )
    cells = [key for task in results.tasks for key in task.cells]
    groups = "".join(
        f'<th scope="colgroup" colspan="{len(task.cells)}">{_e(task.title, 40)}</th>'
        for task in results.tasks
    )
    numbers = "".join(
        f'<th scope="col"><abbr title="{_e(key.split("/", 1)[-1])}">{n}</abbr></th>'
        for n, key in enumerate(cells, 1)
    )
    rows = "".join(_grid_row(record, cells) for record in records)
    penalised = any(record.penalty for record in records)
    late = " Late penalties are already taken off the points." if penalised else ""
    key = "".join(f"<li><code>{_e(cell.split('/', 1)[-1])}</code></li>" for cell in cells)
    return (
        f"<section><h2>Every student</h2><p>Points in each test, best first.{late}</p>"
        f"<details><summary>{plural(len(records), 'student')}</summary>"
        '<div class="scrolls" tabindex="0" role="region" aria-label="Points of every student">'
        f'<table class="grid"><thead><tr><td></td><td></td>{groups}</tr>'
        f'<tr><th scope="col">student</th><th scope="col" class="n">points</th>{numbers}</tr>'
        f"</thead><tbody>{rows}</tbody></table></div>"
        f'<p class="small">The tests by number:</p><ol class="small">{key}</ol>'
        "</details></section>"
    )


def _grid_row(record: Record, cells: Iterable[str]) -> str:
    shown = []
    for key in cells:
        mark = record.mark(key)
        if mark is None:
            shown.append('<td class="c">–</td>')
            continue
        status = _colour(mark)
        text = "?" if mark.manual else number(mark.score)
        label = f"{status_word(mark.status)}, {text} of {number(mark.points)}"
        shown.append(f'<td class="c" data-s="{status}" title="{_e(label)}">{text}</td>')
    return (
        f'<tr><th scope="row">{_who(record)}</th><td class="n">{number(record.score)}</td>'
        f"{''.join(shown)}</tr>"
    )


def _colour(mark: Mark) -> str:
    if mark.manual:
        return "manual"
    if mark.status == "unproven":
        return "unproven"
    return "passed" if mark.lost < 1e-9 else "partial" if mark.score > 1e-9 else "failed"


def _missing(results: Results) -> str:
    if not results.missing:
        return ""
    names = ", ".join(f"<code>{_e(student, 60)}</code>" for student in results.missing)
    return (
        "<section><h2>Handed nothing in</h2><details><summary>"
        f"{plural(len(results.missing), 'student')} of the gradebook</summary><p>{names}</p>"
        "</details></section>"
    )


def _conditions(results: Results, given: Mapping[str, Any]) -> str:
    recorded = next((r.conditions for r in results.records if r.conditions), {})
    known = {**recorded, **given}
    if isinstance(known.get("unsafe"), bool):
        known.setdefault("sandbox", "none (--unsafe)" if known["unsafe"] else "on")
        del known["unsafe"]
    rows: list[tuple[str, str]] = []
    seeds = {n: s for record in results.records for n, s in record.seeds.items()}
    if seeds:
        shown = ", ".join(f"{_e(n)}: {s}" for n, s in sorted(seeds.items()))
        rows.append(("seed of the random numbers", shown))
    times = [record.graded_at for record in results.records if record.graded_at]
    if times:
        first, last = min(times, key=str), max(times, key=str)
        rows.append(("graded between", f"{first:%Y-%m-%d %H:%M} and {last:%Y-%m-%d %H:%M}"))
    alone = sum(not record.examined for record in results.records)
    if alone and alone == len(results.records):
        rows.append(("by", "nbgrader alone: no record of the examiner, so no reasons and no times"))
    elif alone:
        rows.append(("without the examiner’s record", plural(alone, "submission")))
    for name, value in known.items():
        rows.append((_e(name, 60), _condition(name, value)))
    for name in ("limits", "sandbox"):
        if name not in known and results.records:
            rows.append((name, "not recorded"))
    rows.append(("report written with", _written_with()))
    items = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    return f'<section><h2>How it was graded</h2><dl class="plain">{items}</dl></section>'


def _condition(name: str, value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(
            f"{_e(str(key).replace('_', ' '), 60)} {_amount(key, entry)}"
            for key, entry in value.items()
        )
    if isinstance(value, list | tuple):
        return "; ".join(_e(entry) for entry in value)
    return _e(value)


def _amount(key: str, value: object) -> str:
    if key in ("memory", "private", "message") and isinstance(value, int | float):
        return size(value)
    if str(key).endswith("seconds") and isinstance(value, int | float):
        return f"{number(value)}"
    return f"{value:,}" if isinstance(value, int) else _e(value)


def _written_with() -> str:
    parts = [f"Python {platform.python_version()}"]
    for package in ("nbgrader", "sidebyside"):
        try:
            parts.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            continue
    return _e(", ".join(parts))


def _footer(now: datetime.datetime) -> str:
    return (
        "<footer>This page holds everything it needs and asks nothing of the network. It has "
        "students’ names and marks in it: treat it as you treat the gradebook.</footer>"
    )


def _table(
    caption: str,
    heads: Iterable[tuple[str, str]],
    rows: Iterable[str],
    kind: str = "",
    *,
    label: str = "",
) -> str:
    cells = "".join(
        f'<th scope="col"{f" class={css}" if css else ""}>{text}</th>' if text else "<td></td>"
        for text, css in heads
    )
    said = f"<caption>{caption}</caption>" if caption else ""
    name = f' aria-label="{escape(label)}"' if label and not caption else ""
    return (
        f'<div class="scrolls"><table class="{kind}"{name}>{said}'
        f"<thead><tr>{cells}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """``sidebyside report``."""
    parser = subparsers.add_parser(
        "report", help="write reports/ASSIGNMENT.html, and a summary here", description=__doc__
    )
    parser.add_argument("assignment")
    add_course_options(parser)
    parser.add_argument("--output", metavar="FILE", help="default: reports/ASSIGNMENT.html")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    course = course_of(options)
    path = write_report(course, options.assignment, options.output)
    print(summary(graded(course, options.assignment)), end="")
    print(f"\nReport: {path}")
    return 0
