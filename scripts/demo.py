"""A class of sixty, made from the answer banks and the hostile catalogue, graded: ``make demo``.

The course is made in ``_build/demo``: fifty-four students who answer each task rightly, wrongly (an
answer of the bank) or not at all, according to how able they are, and six whose submissions do harm
where they are let. It is graded, feedback is written, and where to look is said at the end.
"""

from __future__ import annotations

import random
import re
import runpy
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sidebyside.authoring.answers import read_bank, solution_cells  # noqa: E402
from sidebyside.authoring.notebooks import read, write  # noqa: E402
from tests.graders.bank import filled  # noqa: E402
from tests.hostile.catalogue import entries  # noqa: E402

ASSIGNMENT = "backpropagation"
COURSE = ROOT / "_build" / "demo"
CONFIGURATION = """\
c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "demo"
c.Execute.timeout = 20
"""
FIRST = [
    *("Ada", "Blaise", "Carl", "Dana", "Emmy", "Felix", "Grace", "Hedy"),
    *("Ian", "Joan", "Kurt", "Lise", "Mary", "Noam", "Olga"),
]
LAST = ["Abel", "Bose", "Cantor", "Dirac"]
MISCHIEF = (
    "bend-numpy-allclose",
    "leave-in-the-cell",
    "hang-in-the-cell",
    "file-broken-json",
    "file-schema-version",
    "file-skip-tags",
)


def make_class() -> int:
    """Write the course, and return how many have submitted."""
    shutil.rmtree(COURSE, ignore_errors=True)
    COURSE.mkdir(parents=True)
    (COURSE / "nbgrader_config.py").write_text(CONFIGURATION)
    shutil.copytree(ROOT / "source" / ASSIGNMENT, COURSE / "source" / ASSIGNMENT)
    blank = read(ROOT / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    source = read(ROOT / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    reference = {grade_id: cell.source for grade_id, cell in solution_cells(source).items()}
    unanswered = {grade_id: cell.source for grade_id, cell in solution_cells(blank).items()}
    bank = read_bank(ASSIGNMENT)
    rng = random.Random(1986)
    names = [f"{first} {last}" for last in LAST for first in FIRST]
    for position, name in enumerate(names[: -len(MISCHIEF)]):
        ability = (position + 1) / (len(names) - len(MISCHIEF))
        answers = {}
        for task in reference:
            chance = rng.random()
            right = [a.code for a in bank if a.task == task and a.right] + [reference[task]]
            wrong = [a.code for a in bank if a.task == task and not a.right]
            if chance < 0.25 + 0.7 * ability:
                answers[task] = rng.choice(right)
            else:
                answers[task] = rng.choice(wrong) if rng.random() < 0.8 else unanswered[task]
        write(filled(blank, answers), folder_of(name) / f"{ASSIGNMENT}.ipynb")
    catalogue = {entry.name: entry for entry in entries()}
    wrong = {
        task: next(a.code for a in bank if a.task == task and not a.right) for task in reference
    }
    for name, trick in zip(names[-len(MISCHIEF) :], MISCHIEF, strict=True):
        entry, folder = catalogue[trick], folder_of(name)
        if entry.task:  # hostile code, before a wrong answer to the first task
            code = entry.path.read_text(encoding="utf-8")
            first = next(iter(wrong))
            write(
                filled(blank, {**wrong, first: f"{code}\n\n{wrong[first]}"}),
                folder / f"{ASSIGNMENT}.ipynb",
            )
        else:
            make = runpy.run_path(str(entry.path))["make"]
            make(folder, filled(blank, wrong), filled(blank, reference))
            for made in folder.glob("*.ipynb"):
                made.rename(folder / f"{ASSIGNMENT}.ipynb")
    return len(names)


def folder_of(name: str) -> Path:
    """The folder of a student's submission, made."""
    student = re.sub(r"\W+", ".", name.lower())
    folder = COURSE / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True)
    return folder


def main() -> int:
    print(f"Making a class in {COURSE.relative_to(ROOT)} …", flush=True)
    size = make_class()
    started = time.perf_counter()
    program = [sys.executable, "-m", "sidebyside.grading.commands"]
    for command in ("grade", "feedback"):
        print(f"\n$ sidebyside {command} {ASSIGNMENT}", flush=True)
        done = subprocess.run([*program, command, ASSIGNMENT], cwd=COURSE)
        if done.returncode:
            return done.returncode
    seconds = time.perf_counter() - started
    where = COURSE.relative_to(ROOT)
    print(f"\n{size} submissions graded, with feedback, in {seconds:.0f} s. Look at")
    print(f"  {where}/reports/{ASSIGNMENT}.html")
    print(f"  {where}/feedback/ada.abel/{ASSIGNMENT}/{ASSIGNMENT}.html, and its neighbours")
    print(f"  {where}/gradebook.db, which nbgrader's formgrader opens")
    return 0


if __name__ == "__main__":
    sys.exit(main())
