"""What an assignment asks and what it is worth, read from its nbgrader metadata."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from .chapters import text


@dataclass(frozen=True)
class Task:
    """One solution cell and the points of the test cells that follow it."""

    name: str
    title: str
    points: float


@dataclass(frozen=True)
class Assignment:
    name: str
    title: str
    tasks: tuple[Task, ...]

    @property
    def points(self) -> float:
        return sum(task.points for task in self.tasks)


def read_assignments(folder: Path) -> dict[str, Assignment]:
    """Read every ``NAME/NAME.ipynb`` under the folder of instructors' versions."""
    notebooks = sorted(path for path in folder.glob("*/*.ipynb") if path.stem == path.parent.name)
    return {path.stem: read_assignment(path) for path in notebooks}


def read_assignment(path: Path) -> Assignment:
    """Read one instructor's notebook. A test cell belongs to the solution cell above it."""
    title, heading = None, None
    tasks: list[Task] = []
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            found = re.search(r"^#+ +(.+?)\s*$", text(cell["source"]), re.MULTILINE)
            heading = found[1] if found else heading
            title = title or heading
        role = cell["metadata"].get("nbgrader", {})
        if role.get("solution"):
            tasks.append(Task(role["grade_id"], heading or role["grade_id"], 0))
        if role.get("grade") and tasks:
            last = tasks.pop()
            tasks.append(Task(last.name, last.title, last.points + role.get("points", 0)))
    return Assignment(path.stem, title or path.stem, tuple(tasks))
