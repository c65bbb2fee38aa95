"""Survivors that an author accepts, with the reason: ``SURVIVORS.toml`` beside an answer bank.

.. code-block:: toml

    [[accepted]]
    task = "softmax"
    was = "x = np.asarray(x)"
    becomes = "x = x"
    why = "equivalent for arrays, and the task promises arrays"

``was`` and ``becomes`` are the changed lines, as ``sidebyside check-assignment`` prints them.
Where a cell has these lines more than once, ``nth = 2`` is the second place.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sidebyside.grading.checking.findings import MEND, Finding
from sidebyside.grading.checking.mutation import Mutant
from sidebyside.grading.checking.target import CheckError

FILE = "SURVIVORS.toml"


@dataclass(frozen=True)
class Accepted:
    """One entry: the change, and why it may survive."""

    task: str
    was: str
    becomes: str
    why: str
    nth: int = 1

    def matches(self, mutant: Mutant) -> bool:
        change = (self.task, self.was.strip(), self.becomes.strip())
        return (*change, self.nth) == (*mutant.change, mutant.nth)


def read_accepted(path: Path) -> list[Accepted]:
    """The entries of the file; none if there is no file.

    Raises:
        CheckError: it is not TOML, or an entry lacks a field; the message names file and entry.
    """
    if not path.is_file():
        return []
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("accepted", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CheckError(f"{path} is not TOML: {error}") from error
    fields = ("task", "was", "becomes", "why")
    for number, entry in enumerate(entries, 1):
        missing = [f for f in fields if not str(entry.get(f, "")).strip() and f != "becomes"]
        nth = entry.get("nth", 1)
        if missing or set(entry) - {*fields, "nth"} or type(nth) is not int or nth < 1:
            wants = f"{', '.join(fields)} and, if not 1, nth"
            raise CheckError(f"{path}, entry {number}: wants {wants}; has {entry}")
    return [Accepted(**{"becomes": "", **entry}) for entry in entries]


def stale(
    accepted: Sequence[Accepted], made: Iterable[Mutant], survivors: Iterable[Mutant]
) -> Iterator[Finding]:
    """Entries that no longer hold."""
    made, survivors = list(made), list(survivors)
    for entry in accepted:
        if any(entry.matches(mutant) for mutant in survivors):
            continue
        exists = any(entry.matches(mutant) for mutant in made)
        yield Finding(
            "stale-survivor", MEND, entry.task,
            f"{FILE} accepts {entry.was.strip()!r} → {entry.becomes.strip()!r}"
            + (f" (nth = {entry.nth})" if entry.nth > 1 else "")
            + ", which "
            + ("the tests now notice." if exists else "is no longer a mutant of the reference."),
            "Take the entry out.",
        )  # fmt: skip
