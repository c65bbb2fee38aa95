"""Figures about a graded class: how hard, how telling, what failed, who needs a look."""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sidebyside.grading.contract import MANUAL, UNPROVEN
from sidebyside.grading.people.records import UNRECORDED, Mark, Record, Results, Task
from sidebyside.grading.people.text import duration, number, one_line, plural, size

FEWEST = 8  # submissions below which a correlation or an outlier says nothing


@dataclass(frozen=True)
class Item:
    """How a task or a test did.

    Attributes:
        share: mean share of its points that was earned; 0 is hardest, 1 easiest.
        full, none: submissions with all and with none of its points.
        discrimination: item–rest correlation, None where it is not defined.
    """

    name: str
    title: str
    points: float
    share: float
    full: int
    none: int
    discrimination: float | None


def item_rest(scores: Sequence[float], totals: Sequence[float]) -> float | None:
    """Correlation of an item's score with the score of all the other items.

    Pearson's correlation of ``scores`` with ``totals - scores``; for an item that is either right
    or wrong this is the point-biserial correlation. The item is taken out of the total, for with it
    in, every item would correlate with itself. Source: S. Henrysson, "Correction of item-total
    correlations in item analysis", Psychometrika 28 (1963), 211–218.

    Args:
        scores: of the item, (submissions,). totals: of the whole assignment, (submissions,).

    Returns:
        −1 to 1; None with fewer than ``FEWEST`` submissions, or where either does not vary.
    """
    rest = [total - score for total, score in zip(totals, scores, strict=True)]
    if len(scores) < FEWEST or _flat(scores) or _flat(rest):
        return None
    return statistics.correlation(scores, rest)


def _flat(values: Sequence[float]) -> bool:
    return max(values) - min(values) < 1e-9


def unexamined(record: Record) -> str:
    """Why no test of a submission could be run; empty if one could."""
    tests = [m for m in record.marks if m.status not in (MANUAL, UNRECORDED)]
    if not tests or any(mark.status != UNPROVEN for mark in tests):
        return ""
    return tests[0].reason or "no reason given"


def judged(results: Results) -> tuple[Record, ...]:
    """The submissions that tell something about tasks and tests: those that could be examined."""
    return tuple(record for record in results.records if not unexamined(record))


def task_items(results: Results) -> list[Item]:
    """Every task."""
    return [
        _item(results, task.name, task.title, task.points, _task_scores(results, task))
        for task in results.tasks
    ]


def test_items(results: Results) -> list[Item]:
    """Every graded cell, in the order of the tasks."""
    found = []
    for task in results.tasks:
        for key in task.cells:
            marks = [record.mark(key) for record in judged(results)]
            points = max((mark.points for mark in marks if mark), default=0.0)
            scores = [mark.score if mark else 0.0 for mark in marks]
            found.append(_item(results, key, task.title, points, scores))
    return found


def _task_scores(results: Results, task: Task) -> list[float]:
    return [results.task_score(record, task) for record in judged(results)]


def _item(results: Results, name: str, title: str, points: float, scores: Sequence[float]) -> Item:
    share = statistics.fmean(scores) / points if points and scores else 0.0
    return Item(
        name=name,
        title=title,
        points=points,
        share=share,
        full=sum(score >= points - 1e-9 for score in scores),
        none=sum(score <= 1e-9 for score in scores),
        discrimination=item_rest(scores, [record.raw for record in judged(results)]),
    )


@dataclass(frozen=True)
class Message:
    """Reasons that are alike but for numbers: a typical one, and how many students got it."""

    text: str
    students: int
    hidden: bool


@dataclass(frozen=True)
class Failure:
    """A test that some submissions failed."""

    key: str
    title: str
    students: int
    messages: tuple[Message, ...]


def failures(results: Results, messages: int = 3) -> list[Failure]:
    """Tests by the number of submissions that lost points in them, most first."""
    found = []
    for task in results.tasks:
        for key in task.cells:
            lost = [m for r in judged(results) if (m := r.mark(key)) and _lost(m)]
            if lost:
                found.append(Failure(key, task.title, len(lost), _alike(lost, messages)))
    return sorted(found, key=lambda failure: -failure.students)


def _lost(mark: Mark) -> bool:
    return not mark.manual and mark.status != MANUAL and mark.lost > 1e-9


def _alike(marks: Sequence[Mark], limit: int) -> tuple[Message, ...]:
    groups: dict[str, list[Mark]] = {}
    for mark in marks:
        if mark.reason:
            groups.setdefault(normalised(mark.reason), []).append(mark)
    most = sorted(groups.values(), key=len, reverse=True)[:limit]
    return tuple(
        Message(
            text=one_line(Counter(mark.reason for mark in group).most_common(1)[0][0], 300),
            students=len(group),
            hidden=any(mark.hidden for mark in group),
        )
        for group in most
    )


def normalised(message: str) -> str:
    """A message without what differs from student to student: numbers, addresses, quoted names."""
    line = one_line(message, 400).casefold()
    line = re.sub(r"0x[0-9a-f]+", "#", line)
    line = re.sub(r"'[^']{0,80}'|\"[^\"]{0,80}\"|`[^`]{0,80}`", "'…'", line)
    line = re.sub(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|\b(?:nan|inf)\b", "#", line)
    line = re.sub(r"#(?:[\s,;()\[\]]*#)+", "#", line)
    return line[:200]


@dataclass(frozen=True)
class Look:
    """A submission that a person should look at, and why; most pressing first."""

    record: Record
    reasons: tuple[str, ...]
    pressing: int


def to_look_at(results: Results) -> list[Look]:
    """Submissions that the marks alone do not tell enough about."""
    slow = _outliers(results.records, lambda r: r.seconds, 5.0)
    big = _outliers(results.records, lambda r: r.memory, 128 * 2**20)
    twins = _twins(results.records)
    examined_any = any(record.examined for record in results.records)
    looks = []
    for record in results.records:
        whole = unexamined(record)
        reasons = [(0, one_line(note, 240)) for note in record.notes if note != whole]
        reasons += _unproven(record)
        if record.restarts:
            times = plural(record.restarts, "time")
            reasons.append((1, f"the student's side died and was started again {times}"))
        if examined_any and record.unexamined:
            reasons.append((1, "no record of the examiner: scored by nbgrader alone"))
        if record.manual:
            cells = ", ".join(one_line(m.cell, 40) for m in record.marks if m.manual)
            reasons.append((2, f"to be graded by hand: {cells}"))
        if record.student in twins:
            reasons.append((2, f"handed in the very same files as {twins[record.student]}"))
        if record.student in slow:
            reasons.append((3, f"took {duration(record.seconds)}, far more than the others"))
        if record.student in big:
            reasons.append((3, f"used {size(record.memory)} of memory, far more than the others"))
        if record.points and record.raw <= 1e-9 and not record.manual and not whole:
            reasons.append((3, "no points at all"))
        if reasons:
            reasons.sort(key=lambda reason: reason[0])
            unique = tuple(dict.fromkeys(text for _, text in reasons))
            looks.append(Look(record, unique, reasons[0][0]))
    return sorted(looks, key=lambda look: (look.pressing, look.record.student))


def _unproven(record: Record) -> list[tuple[int, str]]:
    cells = [mark for mark in record.marks if mark.status == UNPROVEN]
    if not cells:
        return []
    if why := unexamined(record):
        return [(0, f"could not be examined: {one_line(why, 200)}")]
    first = cells[0]
    more = f", and {plural(len(cells) - 1, 'more test')}" if len(cells) > 1 else ""
    why = one_line(first.reason or "no reason", 160)
    return [(1, f"{first.cell} did not run to its end ({why}){more}")]


def _outliers(
    records: Sequence[Record], value: Callable[[Record], float], least: float
) -> set[str]:
    """Students whose value is far above the others'.

    The modified z-score, 0.6745 (x − median) / MAD, above 3.5 (B. Iglewicz and D. C. Hoaglin, "How
    to Detect and Handle Outliers", 1993), and at least ``least`` and twice the median, so that a
    class of near-equals has none.
    """
    values = {record.student: value(record) for record in records if record.examined}
    if len(values) < FEWEST:
        return set()
    middle = statistics.median(values.values())
    spread = statistics.median(abs(v - middle) for v in values.values())
    floor = max(least, 2 * middle)
    return {s for s, v in values.items() if v > floor and 0.6745 * (v - middle) > 3.5 * spread}


def _twins(records: Sequence[Record]) -> dict[str, str]:
    """Students whose files are all the same as another's; nothing earned by them says nothing."""
    groups: dict[tuple, list[str]] = {}
    for record in records:
        if record.digests and len(record.digests) == len(record.notebooks) and record.raw > 1e-9:
            groups.setdefault(tuple(sorted(record.digests.items())), []).append(record.student)
    return {
        student: ", ".join(one_line(other, 40) for other in group[:4] if other != student)
        + (f" and {len(group) - 4} more" if len(group) > 4 else "")
        for group in groups.values()
        if len(group) > 1
        for student in group
    }


@dataclass(frozen=True)
class Bins:
    """A histogram: ``counts`` between consecutive ``edges``; the last bin has its right edge."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]


def histogram(values: Sequence[float], low: float, high: float, wanted: int = 12) -> Bins:
    """Counts of ``values`` in at most about ``wanted`` equal bins of round width over [low, high].

    The edges are multiples of the width counted from zero. A value outside goes into the nearest
    bin.
    """
    if high <= low:
        high = low + 1
    rough = (high - low) / wanted
    unit = 10 ** math.floor(math.log10(rough))
    step = next(unit * m for m in (1, 2, 5, 10) if unit * m >= rough * 0.999)
    first = math.floor(low / step + 1e-9)
    last = max(first + 1, math.ceil(high / step - 1e-9))
    edges = tuple(round(n * step, 12) for n in range(first, last + 1))
    counts = [0] * (len(edges) - 1)
    for value in values:
        counts[min(max(math.floor(value / step + 1e-9) - first, 0), len(counts) - 1)] += 1
    return Bins(edges, tuple(counts))


@dataclass(frozen=True)
class Spread:
    """Mean, median, extremes of a list of numbers; zeros for an empty one."""

    mean: float
    median: float
    least: float
    most: float

    @staticmethod
    def of(values: Sequence[float]) -> Spread:
        if not values:
            return Spread(0, 0, 0, 0)
        return Spread(statistics.fmean(values), statistics.median(values), min(values), max(values))


def verdict(discrimination: float | None, share: float, submissions: int) -> str:
    """What an item's discrimination means, in a few words."""
    if submissions < FEWEST:
        return f"needs {FEWEST} submissions"
    if discrimination is None:
        return "all alike" if share in (0, 1) or not share else "does not vary"
    if discrimination < 0:
        return "look at the test: those who do well elsewhere lose points here"
    if discrimination < 0.2:
        return "tells little apart"
    return ""


def score_text(score: float, points: float) -> str:
    return f"{number(score)} of {number(points)}"
