"""What a check says, as plain data."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

MEND, LOOK = "mend", "look"


@dataclass(frozen=True)
class Finding:
    """One thing to mend or to look at.

    Attributes:
        kind: a fixed word for machines, such as ``"blank-earns-points"``.
        severity: ``MEND`` (a release would be unfair or would not work) or ``LOOK``.
        cell: the ``grade_id`` it is about; empty if the whole notebook is meant.
        what: one sentence that says what is so.
        advice: what to do about it.
        notebook: the notebook's name.
    """

    kind: str
    severity: str
    cell: str
    what: str
    advice: str = ""
    notebook: str = ""


@dataclass(frozen=True)
class Survivor:
    """A mutant that lost no point.

    Attributes:
        task, operator, line, nth: as in ``Mutant``.
        key: its short name.
        was, becomes: the changed lines.
        diff: the change as a unified diff.
        why: the author's reason why it may survive; empty if none is given.
        notebook: the notebook's name.
    """

    task: str
    operator: str
    line: int
    key: str
    was: str
    becomes: str
    diff: str
    why: str = ""
    notebook: str = ""
    nth: int = 1


@dataclass(frozen=True)
class TaskScore:
    """How many mutants of a task the tests noticed.

    Attributes:
        task: the solution cell's ``grade_id``.
        made: mutants that exist.
        examined: those that were tried.
        killed: those that lost a point.
        accepted: survivors for which the author gives a reason.
    """

    task: str
    made: int
    examined: int
    killed: int
    accepted: int
    notebook: str = ""


@dataclass
class Report:
    """All findings of an assignment."""

    assignment: str
    findings: list[Finding] = field(default_factory=list)
    scores: list[TaskScore] = field(default_factory=list)
    survivors: list[Survivor] = field(default_factory=list)
    answers: int = 0
    submissions: int = 0
    seconds: float = 0.0

    def add(self, findings: Iterable[Finding]) -> None:
        self.findings.extend(findings)

    @property
    def to_mend(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == MEND]

    @property
    def mutation_score(self) -> float | None:
        """Killed mutants over all that were examined and not accepted; None if there are none."""
        killed = sum(score.killed for score in self.scores)
        counted = sum(score.examined - score.accepted for score in self.scores)
        return killed / counted if counted else None

    def to_json(self) -> dict[str, Any]:
        """Plain data; ``version`` changes when a field changes its meaning."""
        plain = dataclasses.asdict(self)
        return {"version": 1, **plain, "mutation_score": self.mutation_score}
