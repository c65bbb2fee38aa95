"""A plausible class of sixty in a gradebook, with the examiner's records, made without grading."""

import dataclasses
import datetime
import json
import random
import zlib
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from sqlalchemy import text

from sidebyside.grading.contract import (
    FAILED,
    MANUAL,
    PARTIAL,
    PASSED,
    UNPROVEN,
    CellOutcome,
    Limits,
    Outcome,
)
from sidebyside.grading.people.records import Mark, Record, Results, tasks_of

ASSIGNMENT = "attention"
SEED = zlib.crc32(b"attention/attention")
# What a hostile student puts wherever text is shown.
SCRIPT = "<script>window.hacked=1</script><img src=x onerror='window.hacked=1'>"
ESCAPE = "\x1b[2J\x1b]0;owned\x07\x1b[31m"
CREATE = """CREATE TABLE IF NOT EXISTS sidebyside_record (
    assignment VARCHAR(128) NOT NULL, student VARCHAR(128) NOT NULL,
    notebook VARCHAR(128) NOT NULL, digest VARCHAR(64), graded_at VARCHAR(40), record TEXT,
    PRIMARY KEY (assignment, student, notebook))"""

# (solution cell, heading, difficulty, tests: (grade_id, points, message of one who fails))
TASKS = [
    ("softmax", "Task 1 · A softmax that can't overflow (3 points, 4 minutes)", -1.2, [
        ("test-softmax-value", 1, "AssertionError: softmax of [2, 1, 0.1] is {a:.4f}, not 0.6590"),
        ("test-softmax-axis", 1, "AssertionError: rows must sum to 1 along axis 0, got {a:.3f}"),
        ("test-softmax-stable", 1, "AssertionError: nan for logits of 1000 (step {n})"),
    ]),
    ("attention", "Task 2 · Scaled dot-product attention (5 points, 8 minutes)", -0.2, [
        ("test-attention-value", 2, "AssertionError: not scaled: off by {a:.3g} at [0, {n}]"),
        ("test-attention-batch", 1, "ValueError: shapes ({n},4,8) and (2,4,8) not aligned"),
        ("test-attention-mask", 1, "A hidden test failed."),
    ]),
    ("masks", "Task 3 · Masks (3 points, 5 minutes)", 0.1, [
        ("test-masks-causal", 1, "AssertionError: key {n} must not see the future"),
        ("test-masks-decoder", 2, "TypeError: unsupported operand types for &: 'float', 'bool'"),
    ]),
    ("heads", "Task 4 · Multi-head attention (5 points, 12 minutes)", 0.9, [
        ("test-heads-split", 1, "AssertionError: shape (1, 2, {n}, 2), expected (1, 2, 2, 2)"),
        ("test-heads-value", 4, "AssertionError: largest difference {a:.2e} at head {n}"),
    ]),
    ("essay", "Task 5 · Why divide by the square root? (2 points)", 0.0, []),
    ("backward", "Task 6 · Back through attention (4 points, 10 minutes)", 1.6, [
        ("test-backward-dv", 2, "AssertionError: dV differs by {a:.3g}"),
        ("test-backward-dq", 2, "A hidden test failed."),
    ]),
]  # fmt: skip
POINTS = {"essay": 2.0} | {test: float(p) for *_, tests in TASKS for test, p, _ in tests}


@dataclass
class ClassRoom:
    """Where the class is: a course directory with ``gradebook.db`` and ``source/``."""

    root: Path
    db_url: str

    @property
    def instructors(self) -> dict[str, Path]:
        return {ASSIGNMENT: self.root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"}


def source_notebook() -> nbformat.NotebookNode:
    """The instructor's notebook of the assignment."""
    cells = [nbformat.v4.new_markdown_cell("# Attention\n\nBy your own hand.")]
    for name, heading, _, tests in TASKS:
        cells.append(nbformat.v4.new_markdown_cell(f"## {heading}\n\nSome words."))
        if name == "essay":
            cell = nbformat.v4.new_markdown_cell("Because …")
            cells.append(_marked(cell, name, solution=True, grade=True, points=2))
            continue
        cell = nbformat.v4.new_code_cell(f"def {name}(x):\n    return x")
        cells.append(_marked(cell, name, solution=True))
        for test, points, _ in tests:
            cell = nbformat.v4.new_code_cell(
                f"assert {name}(1) == 1\n### BEGIN HIDDEN TESTS\n"
                f"assert {name}(41) == 42 - 1  # the secret of {test}\n### END HIDDEN TESTS"
            )
            cells.append(_marked(cell, test, grade=True, locked=True, points=points))
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {
        "name": "python3", "display_name": "Python 3", "language": "python"
    }  # fmt: skip
    return notebook


def _marked(cell, grade_id, points=None, **marks):
    meta = {"grade": False, "solution": False, "locked": False, "task": False, **marks}
    cell.metadata["nbgrader"] = {"grade_id": grade_id, "schema_version": 3, **meta}
    if points is not None:
        cell.metadata["nbgrader"]["points"] = points
    return cell


def outcome(student: str, ability: float, seed: int = 0, **changes) -> Outcome:
    """An examined submission of a student of some ability (0 is average)."""
    chance = random.Random(f"{student}/{seed}")
    cells = []
    for name, _, difficulty, tests in TASKS:
        if name == "essay":
            cells.append(CellOutcome("essay", 2, None, MANUAL))
        for test, points, message in tests:
            right = ability - difficulty + chance.gauss(0, 0.8) > 0
            if right:
                cells.append(CellOutcome(test, points, float(points), PASSED, seconds=0.02))
                continue
            part = points > 1 and chance.random() < 0.3
            reason = message.format(a=chance.random(), n=chance.randrange(2, 9))
            cells.append(
                CellOutcome(
                    test,
                    points,
                    points / 2 if part else 0.0,
                    PARTIAL if part else FAILED,
                    f"{points / 2:g} of {points} points" if part else reason,
                    hidden="hidden" in reason,
                    error=reason.split(":")[0] if ":" in reason else "AssertionError",
                    seconds=0.03,
                )
            )
    base = Outcome(
        ASSIGNMENT,
        student,
        ASSIGNMENT,
        {},
        tuple(cells),
        SEED,
        seconds=chance.lognormvariate(-0.3, 0.35),
        cpu_seconds=0.5,
        memory=int(chance.gauss(150, 12) * 2**20),
    )
    return dataclasses.replace(base, **changes)


def everywhere(student: str, reason: str, ability: float = 0.0, **changes) -> Outcome:
    """An outcome in which every test is unproven for one reason."""
    base = outcome(student, ability, **changes)
    cells = tuple(
        c if c.score is None else dataclasses.replace(c, score=0.0, status=UNPROVEN, reason=reason)
        for c in base.cells
    )
    return dataclasses.replace(base, cells=cells)


FIRST = ("Ada", "Blaise", "Chen", "Dina", "Emre", "Fatou", "Grace", "Hiro", "Ines", "Jonas", "Kofi")
LAST = ("Abbott", "Bauer", "Costa", "Dubois", "Eriksen", "Ferrari", "Goh", "Haddad", "Ito", "Kaya")


def sixty() -> list[tuple[Outcome, str, str]]:
    """(outcome, first name, last name) of a class of sixty, a few of them remarkable."""
    chance = random.Random(4)
    found = []
    for n in range(60):
        first, last = FIRST[n % len(FIRST)], LAST[n * 7 % len(LAST)]
        student = f"{first[0]}{last}{n:02d}".lower()
        found.append((outcome(student, chance.gauss(0.6, 1.0)), first, last))

    def change(n, result, **names):
        _, first, last = found[n]
        found[n] = (result, names.get("first", first), names.get("last", last))

    change(3, dataclasses.replace(found[3][0], restarts=2, notes=(
        "the student's side was killed by signal 11 in the cell 'heads'",)))  # fmt: skip
    change(7, everywhere(found[7][0].student, "the notebook can't be read: not valid JSON"))
    change(11, dataclasses.replace(found[11][0], seconds=148.2, notes=(
        "the cell 'backward' was stopped after 60 s of processor time",)))  # fmt: skip
    change(19, dataclasses.replace(found[19][0], memory=3900 * 2**20))
    change(23, outcome(found[23][0].student, 9.0))
    change(24, outcome(found[24][0].student, 9.0))
    change(31, dataclasses.replace(found[31][0], notes=(
        "two cells had the grade id 'softmax': the first was taken",
        "the test cell 'test-heads-value' had been altered: it was restored",
    )))  # fmt: skip
    change(40, outcome(found[40][0].student, -9.0))
    return found


def hostile() -> list[tuple[Outcome, str, str]]:
    """Two students who write scripts and terminal escapes wherever they can."""
    evil = everywhere("eve", f"{SCRIPT}{ESCAPE} said so", notes=(f"{SCRIPT}{ESCAPE} a note",))
    return [
        (evil, SCRIPT, f"{ESCAPE}=cmd|' /C calc'!A0"),
        (outcome("mallory", 1.0, notes=("\u202egnp.exe",)), "=1+1", "+Mallory"),
    ]


def results_of(outcomes: list[Outcome], *, essay: float | None = 1.0) -> Results:
    """What the gradebook would give for these outcomes, without a gradebook."""
    records = []
    for n, result in enumerate(outcomes):
        marks = []
        for c in result.cells:
            score = essay if c.status == MANUAL else c.score
            manual = c.status == MANUAL and essay is None
            about = (c.status, c.reason, c.hidden, c.error, c.seconds)
            marks.append(Mark(ASSIGNMENT, c.grade_id, c.points, score or 0.0, manual, *about))
        twin = result.student.startswith("twin")
        records.append(
            Record(
                result.student,
                sum(POINTS.values()),
                tuple(marks),
                raw=sum(mark.score for mark in marks),
                notebooks=(ASSIGNMENT,),
                examined=(ASSIGNMENT,),
                notes=result.notes,
                seconds=result.seconds,
                memory=result.memory,
                restarts=result.restarts,
                seeds={ASSIGNMENT: result.seed},
                digests={ASSIGNMENT: "twin" if twin else str(n)},
            )
        )
    graded = {f"{ASSIGNMENT}/{cell}": points for cell, points in POINTS.items()}
    tasks = tuple(tasks_of(source_notebook(), ASSIGNMENT, graded))
    return Results(ASSIGNMENT, tuple(records), tasks, sum(POINTS.values()))


def make_class(
    root: Path,
    members: list[tuple[Outcome, str, str]],
    *,
    recorded: bool = True,
    essays: bool = True,
    missing: tuple[str, ...] = (),
) -> ClassRoom:
    """A course directory at ``root`` with a gradebook of these outcomes.

    Args:
        recorded: whether the examiner's table is there. essays: whether they have been graded by
            hand. missing: students who handed nothing in.
    """
    source = root / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    nbformat.write(source_notebook(), source / f"{ASSIGNMENT}.ipynb")
    room = ClassRoom(root, f"sqlite:///{root / 'gradebook.db'}")
    with Gradebook(room.db_url) as gradebook:
        gradebook.add_assignment(ASSIGNMENT)
        gradebook.add_notebook(ASSIGNMENT, ASSIGNMENT)
        for cell, points in POINTS.items():
            kind = "markdown" if cell == "essay" else "code"
            where = (cell, ASSIGNMENT, ASSIGNMENT)
            gradebook.add_grade_cell(*where, max_score=points, cell_type=kind)
        for name, *_ in TASKS:
            gradebook.add_solution_cell(name, ASSIGNMENT, ASSIGNMENT)
        for student in missing:
            gradebook.add_student(student)
        for result, first, last in members:
            _enter(gradebook, result, first, last, essays)
        if recorded:
            gradebook.db.execute(text(CREATE))
            for n, (result, *_) in enumerate(members):
                _keep(gradebook, result, n)
        gradebook.db.commit()
    return room


def _enter(gradebook, result, first, last, essays):
    student = result.student
    gradebook.add_student(
        student, first_name=first, last_name=last, email=f"{student}@example.edu",
        lms_user_id=str(zlib.crc32(student.encode()) % 10**6),
    )  # fmt: skip
    gradebook.add_submission(ASSIGNMENT, student, timestamp=datetime.datetime(2026, 3, 2, 9, 30))
    for cell in result.cells:
        grade = gradebook.find_grade(cell.grade_id, ASSIGNMENT, ASSIGNMENT, student)
        grade.auto_score = cell.score
        grade.needs_manual_grade = cell.status == MANUAL and not essays
        if cell.status == MANUAL and essays:
            grade.manual_score = random.Random(student).choice([0.5, 1, 1.5, 2, 2])
            if "bauer" in student:
                grade.manual_score = 2.0


def _keep(gradebook, result, n):
    record = result.summary() | {
        "conditions": {
            "limits": dataclasses.asdict(Limits()),
            "versions": {"python": "3.11.14", "numpy": "2.4.1", "torch": "2.13.0"},
            "sandbox": "user, mount, PID, network namespaces; seccomp; Landlock",
        }
    }
    gradebook.db.execute(
        text("INSERT INTO sidebyside_record VALUES (:a, :s, :n, :d, :t, :r)"),
        {
            "a": ASSIGNMENT,
            "s": result.student,
            "n": result.notebook,
            "d": "twin" if result.student in ("twin-1", "twin-2") else f"{n:064d}",
            "t": f"2026-03-09T10:{n % 60:02d}:00+00:00",
            "r": json.dumps(record),
        },
    )
