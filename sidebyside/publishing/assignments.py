"""What an assignment asks and what it is worth, read from its nbgrader metadata."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from sidebyside.errors import SideBySideError

from .chapters import text


@dataclass(frozen=True)
class Task:
    """One solution cell and the points of the test cells that follow it."""

    name: str
    title: str
    points: float


@dataclass(frozen=True)
class Assignment:
    """An assignment; its introduction is MyST, as the notebook has it."""

    name: str
    title: str
    introduction: str
    tasks: tuple[Task, ...]

    @property
    def points(self) -> float:
        return sum(task.points for task in self.tasks)


def read_assignments(folder: Path) -> dict[str, Assignment]:
    """Read every ``NAME/NAME.ipynb`` under the folder of instructors' versions."""
    notebooks = sorted(path for path in folder.glob("*/*.ipynb") if path.stem == path.parent.name)
    return {path.stem: read_assignment(path) for path in notebooks}


def read_assignment(path: Path) -> Assignment:
    """Read one instructor's notebook. A test cell belongs to the solution cell above it.

    Raises:
        SideBySideError: a graded cell has no solution cell above it.
    """
    cells = json.loads(path.read_text("utf-8"))["cells"]
    heading = None
    tasks: list[Task] = []
    for cell in cells:
        if cell["cell_type"] == "markdown":
            heading = _heading(text(cell["source"])) or heading
        role = cell["metadata"].get("nbgrader", {})
        if role.get("solution"):
            tasks.append(Task(role["grade_id"], heading or role["grade_id"], 0))
        if role.get("grade"):
            if not tasks:
                raise SideBySideError(
                    f"assignment {path.stem}: the graded cell {role.get('grade_id')!r} stands "
                    "before the first solution cell, so its points belong to no task"
                )
            last = tasks.pop()
            tasks.append(Task(last.name, last.title, last.points + role.get("points", 0)))
    first = next((text(c["source"]) for c in cells if c["cell_type"] == "markdown"), "")
    title = _heading(first) or path.stem
    return Assignment(path.stem, title, _introduction(first), tuple(tasks))


def _heading(source: str) -> str | None:
    """The first heading of a cell, without the points that some authors put at its end."""
    found = re.search(r"^#+ +(.+?)\s*$", source, re.MULTILINE)
    return re.sub(r"\s*\(\d+ points?\)$", "", found[1]) if found else None


def _introduction(source: str) -> str:
    """The paragraphs between the title and the first table, list or further heading."""
    paragraphs = source.strip().split("\n\n")[1:]
    ends = [i for i, text in enumerate(paragraphs) if text.lstrip()[:1] in ("|", "#", "-", "*")]
    plain = [i for i in ends if not paragraphs[i].lstrip().startswith("**")]
    return "\n\n".join(paragraphs[: plain[0]] if plain else paragraphs)
