"""The list of chapters the course promises, read from ``book/curriculum.yml``."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from sidebyside.errors import SideBySideError

_LETTERS = {"N": "numpy", "T": "tensorflow", "P": "pytorch"}


@dataclass(frozen=True)
class Entry:
    """One chapter of the curriculum, written or not."""

    name: str
    title: str
    part: str
    implementations: tuple[str, ...]
    parity: bool
    assignment: str | None

    @property
    def number(self) -> str:
        return self.name[:2]

    @property
    def label(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def docname(self) -> str:
        """Its page, once it is written."""
        return f"notebooks/{self.name}"


def read_curriculum(path: Path) -> tuple[Entry, ...]:
    """Read the chapters of the curriculum, in their order.

    Raises:
        SideBySideError: the file asks for something this module does not know.
    """
    parts = yaml.safe_load(path.read_text("utf-8"))["parts"]
    return tuple(
        _entry(chapter, part["title"], path) for part in parts for chapter in part["chapters"]
    )


def _entry(chapter: dict, part: str, path: Path) -> Entry:
    needs = chapter["needs"].split()
    unknown = set(needs) - set(_LETTERS) - {"="}
    if unknown:
        raise SideBySideError(
            f"{path.name}: chapter {chapter['name']} needs {' '.join(sorted(unknown))}; "
            f"expected letters among N, T, P and =. Correct its 'needs' line."
        )
    return Entry(
        name=chapter["name"],
        title=chapter["title"],
        part=part,
        implementations=tuple(_LETTERS[letter] for letter in needs if letter != "="),
        parity="=" in needs,
        assignment=chapter.get("assignment"),
    )
