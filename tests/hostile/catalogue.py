"""The catalogue of hostile submissions: what each tries, and what must happen.

``code/KIND-NAME.py`` holds code that stands in place of one solution cell of ``assignment.ipynb``;
``files/KIND-NAME.py`` holds a function ``make(folder, wrong, right)`` that writes a whole
submission (``wrong`` and ``right`` are notebooks as plain data: all tasks answered wrongly, all
rightly). Both begin with comment lines:

    # tries: what it tries
    # must: what must happen
    # task: the solution cell that is replaced (code only; scale if left out)
    # others: right                (the other tasks are answered rightly; wrongly if left out)
    # earns: nothing | others | all | all but best | test-best 2, test-energy 2 | at most all
    # reason: a regular expression that the reason of each lost graded cell of the task matches
    # graded: only as root       (an ordinary user can't open it: named, and left for the next run)

``earns`` is what the submission must get to the point, nothing if left out. The code never runs
outside the sandbox: nothing here imports it. ``@COURSE@``, ``@HOME@``, ``@TMP@``, ``@SITE@`` and
``@PORT@`` in it stand for what an attacker would like to know: the course directory, the grader's
home, a folder for planted files, the packages' folder, and a listening port.
"""

from __future__ import annotations

import copy
import json
import re
import runpy
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
NAME = "hostile"
KINDS = ("bend", "read", "leave", "show", "file", "harm", "hang", "exhaust")
FIELDS = ("tries", "must", "task", "others", "earns", "reason", "graded")

POINTS = {
    "test-scale-value": 2.0,
    "test-scale-shape": 1.0,
    "test-best": 2.0,
    "test-counter": 2.0,
    "test-length": 2.0,
    "test-length-gradient": 1.0,
    "test-energy": 2.0,
}
TASKS = {
    "scale": ("test-scale-value", "test-scale-shape"),
    "best": ("test-best",),
    "counter": ("test-counter",),
    "length": ("test-length", "test-length-gradient"),
    "energy": ("test-energy",),
}
RIGHT = {
    "scale": "def scale(x):\n    return (x - np.mean(x, axis=0)) / np.std(x, axis=0)\n",
    "best": "def best(scores):\n    return list(scores).index(max(scores))\n",
    "counter": (
        "class Counter:\n"
        "    def __init__(self):\n        self.numbers = []\n\n"
        "    def add(self, number):\n        self.numbers.append(number)\n\n"
        "    def total(self):\n        return sum(self.numbers)\n"
    ),
    "length": "def length(v):\n    return torch.sqrt(torch.sum(v**2))\n",
    "energy": "def energy(x):\n    return tf.reduce_mean(x * x)\n",
}
WRONG = {
    "scale": "def scale(x):\n    return x\n",
    "best": "def best(scores):\n    return -1\n",
    "counter": (
        "class Counter:\n"
        "    def add(self, number):\n        pass\n\n"
        "    def total(self):\n        return 0\n"
    ),
    "length": "def length(v):\n    return v.sum() * 0\n",
    "energy": "def energy(x):\n    return tf.constant(0.0)\n",
}


@dataclass(frozen=True)
class Entry:
    """One hostile submission.

    Attributes:
        name: the file's name without its ending.
        kind: one of ``KINDS``.
        path: the file.
        tries, must: one sentence each.
        task: the replaced solution cell; empty for an entry of ``files/``.
        others_right: whether the other tasks are answered rightly.
        least, most: the points it must get by ``grade_id``, at least and at most.
        reason: pattern for the reasons of the lost graded cells.
        only_as_root: whether an ordinary user can't read it, so that it gets no grade.
    """

    name: str
    kind: str
    path: Path
    tries: str
    must: str
    task: str
    others_right: bool
    least: dict[str, float]
    most: dict[str, float]
    reason: str
    only_as_root: bool

    @property
    def watched(self) -> tuple[str, ...]:
        """The graded cells whose reasons must match."""
        return TASKS[self.task] if self.task else tuple(POINTS)


def entries() -> list[Entry]:
    """The whole catalogue, harmless kinds first.

    Raises:
        ValueError: a header is not as the module says.
    """
    found = [read_entry(p) for p in [*HERE.glob("code/*.py"), *HERE.glob("files/*.py")]]
    return sorted(found, key=lambda entry: (KINDS.index(entry.kind), entry.name))


def read_entry(path: Path) -> Entry:
    """Read one file's header; nothing of it is executed."""
    lines = re.match(r"(?:# .*\n)*", path.read_text(encoding="utf-8"))[0].splitlines()
    fields: dict[str, str] = {}
    for line in lines:
        match = re.fullmatch(r"# (\w+): (.+)", line)
        if not match or match[1] not in FIELDS:
            raise ValueError(f"{path}: the header line {line!r} is not one of {FIELDS}")
        fields[match[1]] = match[2].strip()
    kind = path.stem.partition("-")[0]
    code = path.parent.name == "code"
    if kind not in KINDS or not {"tries", "must"} <= set(fields):
        raise ValueError(f"{path}: wants a kind of {KINDS}, '# tries:' and '# must:'")
    task = fields.get("task", "scale") if code else ""
    if code and task not in TASKS:
        raise ValueError(f"{path}: there is no task {task!r}")
    least, most = _earns(fields.get("earns", "nothing"), task, path)
    return Entry(
        name=path.stem,
        kind=kind,
        path=path,
        tries=fields["tries"],
        must=fields["must"],
        task=task,
        others_right=fields.get("others") == "right",
        least=least,
        most=most,
        reason=fields.get("reason", r"\S"),
        only_as_root=fields.get("graded") == "only as root",
    )


def _earns(text: str, task: str, path: Path) -> tuple[dict[str, float], dict[str, float]]:
    at_most = text.startswith("at most ")
    text = text.removeprefix("at most ")
    if text == "nothing":
        points = {}
    elif text == "all":
        points = dict(POINTS)
    elif text == "others" or text.startswith("all but "):
        task = text.removeprefix("all but ") if text != "others" else task
        points = {g: p for g, p in POINTS.items() if g not in TASKS[task]}
    else:
        points = {}
        for part in text.split(","):
            grade_id, number = part.split()
            points[grade_id] = float(number)
    if set(points) - set(POINTS):
        raise ValueError(f"{path}: no graded cell has the name {set(points) - set(POINTS)}")
    full = {g: points.get(g, 0.0) for g in POINTS}
    return (dict.fromkeys(POINTS, 0.0) if at_most else full), full


def answered(blank: dict, answers: dict[str, str]) -> dict:
    """A copy of the students' notebook (plain data) with answers in its solution cells."""
    notebook = copy.deepcopy(blank)
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id in answers:
            cell["source"] = answers[grade_id]
    return notebook


def cell_of(notebook: dict, grade_id: str) -> dict:
    """The cell with that name."""
    return next(
        c
        for c in notebook["cells"]
        if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def save(folder: Path, notebook: dict, name: str = f"{NAME}.ipynb") -> None:
    """Write a notebook as plain JSON, valid or not."""
    (folder / name).write_text(json.dumps(notebook), encoding="utf-8")


def submit(entry: Entry, folder: Path, blank: dict, places: dict[str, str]) -> None:
    """Write the entry's submission into ``folder``, which must exist.

    Args:
        blank: the students' notebook as plain data.
        places: what stands for ``@COURSE@`` and the others, without the signs.
    """
    if not entry.task:
        make = runpy.run_path(str(entry.path))["make"]  # writes files; executes nothing hostile
        make(folder, answered(blank, WRONG), answered(blank, RIGHT))
        return
    code = entry.path.read_text(encoding="utf-8")
    for name, value in places.items():
        code = code.replace(f"@{name}@", value)
    answers = {**(RIGHT if entry.others_right else WRONG), entry.task: code}
    save(folder, answered(blank, answers))


# What honest students hand in, among the hostile ones: answers, and the points they must get.
PARTIAL_SCALE = "def scale(x):\n    return (x.mean(axis=0) - x) / x.std(axis=0)\n"
BROKEN = "def best(scores):\n    return scores.index(max(scores)\n"
CHATTY = (
    "import sys, warnings, logging\n"
    "print('scaling')\nwarnings.warn('deprecated')\nlogging.warning('careful')\n"
    "def scale(x):\n"
    "    print('called'); print('to stderr', file=sys.stderr); warnings.warn('slow')\n"
    "    return (x - x.mean(axis=0)) / x.std(axis=0)\n"
)


def honest(blank: dict) -> dict[str, tuple[dict, dict[str, float]]]:
    """A dozen honest submissions by student: the notebook, and the exact points of every cell."""

    def only(*lost: str) -> dict[str, float]:
        return {g: 0.0 if g in lost else p for g, p in POINTS.items()}

    made = {
        "reference": (answered(blank, RIGHT), only()),
        "blank": (copy.deepcopy(blank), only(*POINTS)),
        "wrong": (answered(blank, WRONG), only(*POINTS)),
        "chatty": (answered(blank, {**RIGHT, "scale": CHATTY}), only()),
        "syntax": (answered(blank, {**RIGHT, "best": BROKEN}), only("test-best")),
        "partial": (
            answered(blank, {**RIGHT, "scale": PARTIAL_SCALE}),
            only("test-scale-value"),
        ),
    }
    for task, graded in TASKS.items():
        made[f"without-{task}"] = (
            answered(blank, {**RIGHT, task: WRONG[task]}),
            only(*graded),
        )
    made["last"] = (answered(blank, RIGHT), only())
    return {f"honest-{name}": submission for name, submission in made.items()}
