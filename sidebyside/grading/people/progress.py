"""How far grading has come: a bar with the time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from tqdm import tqdm

from sidebyside.grading.contract import UNPROVEN, Outcome
from sidebyside.grading.people.text import duration, one_line, plural


class Progress:
    """Counts finished submissions.

    Args:
        total: how many there will be.
        stream: where to write; a bar if it is a terminal.
        every: seconds between two lines where it is not.
        label: what is being done.
    """

    def __init__(
        self, total: int, stream: TextIO | None = None, *, every: float = 10, label: str = "grading"
    ) -> None:
        self.total = total
        self.finished = 0
        self.failures = 0
        self._stream = stream if stream is not None else sys.stderr
        self._every = every
        self._label = label
        self._began = self._said = time.monotonic()
        self._bar: tqdm | None = None

    def __enter__(self) -> Progress:
        self._began = self._said = time.monotonic()
        if self._stream.isatty():
            self._bar = tqdm(
                total=self.total,
                desc=self._label,
                unit="submission",
                file=self._stream,
                dynamic_ncols=True,
                bar_format="{desc} {n_fmt}/{total_fmt} |{bar}| {elapsed}, "
                "{remaining} left{postfix}",
            )
        return self

    def __exit__(self, *exception: object) -> None:
        if self._bar is not None:
            self._bar.close()
        elif self.finished or not any(exception):
            self._line()

    def done(self, outcome: Outcome | None = None, *, failed: str = "") -> None:
        """Count one submission.

        Args:
            outcome: what the examination gave.
            failed: why there was none, if there was none: named at once.
        """
        self.finished += 1
        reason = failed or (_not_examined(outcome) if outcome is not None else "")
        if reason:
            self.failures += 1
            who = one_line(outcome.student, 60) if outcome is not None else ""
            self.say(f"{who}: {one_line(reason)}" if who else one_line(reason))
        if self._bar is not None:
            if self.failures:
                self._bar.set_postfix_str(f"{self.failures} not examined", refresh=False)
            self._bar.update(1)
        elif time.monotonic() - self._said >= self._every and self.finished < self.total:
            self._line()

    def say(self, message: str) -> None:
        """Write a line without disturbing the bar."""
        line = one_line(message, 300)
        if self._bar is not None:
            self._bar.write(line, file=self._stream)
        else:
            self._stream.write(line + "\n")
            self._stream.flush()

    def _line(self) -> None:
        self._said = time.monotonic()
        elapsed = self._said - self._began
        parts = [f"{self._label} {self.finished}/{self.total}", duration(elapsed)]
        if 0 < self.finished < self.total:
            left = elapsed / self.finished * (self.total - self.finished)
            parts.append(f"about {duration(left)} left")
        if self.failures:
            parts.append(f"{plural(self.failures, 'submission')} not examined")
        self._stream.write(", ".join(parts) + "\n")
        self._stream.flush()


def _not_examined(outcome: Outcome) -> str:
    """Why a submission as a whole could not be examined; empty if it was."""
    tested = [cell for cell in outcome.cells if cell.score is not None]
    if not tested or any(cell.status != UNPROVEN for cell in tested):
        return ""
    return f"not examined: {tested[0].reason or 'no reason given'}"
