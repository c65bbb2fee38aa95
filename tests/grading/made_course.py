"""A small nbgrader course made in code, and an executor that stands in for the examiner.

The assignment has two notebooks and every kind of cell that nbgrader knows: a locked one, solutions
with tests (one with partial credit), answers graded by hand (code and Markdown), and a task.
"""

import contextlib
import functools
import io
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat import v4
from nbgrader import utils
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from sidebyside.grading.contract import (
    FAILED,
    MANUAL,
    PARTIAL,
    PASSED,
    CellOutcome,
    Job,
    Outcome,
)

# nbgrader calls the program `alembic`, which lies beside the interpreter
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def cell(source, grade_id=None, kind="code", points=None, **marks):
    """A cell of the instructor's; with ``grade_id``, one of nbgrader's."""
    made = v4.new_code_cell(source) if kind == "code" else v4.new_markdown_cell(source)
    if grade_id:
        role = {"grade": False, "solution": False, "locked": False, "task": False}
        role |= {"grade_id": grade_id, "schema_version": 3, **marks}
        made.metadata["nbgrader"] = role | ({"points": points} if points is not None else {})
    return made


def notebook(*cells):
    made = v4.new_notebook(cells=list(cells))
    made.metadata.update(kernelspec=KERNEL, language_info={"name": "python"})
    return made


def solved(body, grade_id):
    marked = f"### BEGIN SOLUTION\n    {body}\n    ### END SOLUTION"
    return cell(f"def {grade_id}(x):\n    {marked}", grade_id, solution=True)


def first():
    return notebook(
        cell("# First", kind="markdown"),
        cell("import math", "setup", locked=True),
        solved("return 2 * x", "double"),
        cell(
            "assert double(1) == 2\n### BEGIN HIDDEN TESTS\nassert double(7) == 14\n"
            "### END HIDDEN TESTS",
            "test-double",
            points=3,
            grade=True,
            locked=True,
        ),
        cell("helper = 3"),
        solved("return x * x", "square"),
        cell(
            "right = sum(square(n) == n * n for n in range(4))\nright / 2",
            "test-square",
            points=2,
            grade=True,
            locked=True,
        ),
        cell(
            "### BEGIN SOLUTION\nBecause.\n### END SOLUTION",
            "why",
            kind="markdown",
            points=4,
            grade=True,
            solution=True,
        ),
    )


def second():
    return notebook(
        solved("return x - 1", "less"),
        cell("assert less(3) == 2", "test-less", points=1, grade=True, locked=True),
        cell(
            "### BEGIN SOLUTION\nplot = 1\n### END SOLUTION",
            "plot",
            points=2,
            grade=True,
            solution=True,
        ),
        cell(
            "Do this.\n=== BEGIN MARK SCHEME ===\nWell done: 5\n=== END MARK SCHEME ===",
            "task",
            kind="markdown",
            points=5,
            task=True,
            locked=True,
        ),
    )


@functools.cache
def released_once() -> tempfile.TemporaryDirectory:
    """A course with its release and its gradebook, made by nbgrader once for all tests (3 s)."""
    folder = tempfile.TemporaryDirectory()
    assert stock(MadeCourse(folder.name, entered=False).root, "generate_assignment", "ps1")
    return folder


class MadeCourse:
    """A course directory with one assignment ``ps1`` and its students.

    Args:
        config: lines of ``nbgrader_config.py``.
        notebooks: name → notebook; the two above by default.
        entered: whether nbgrader's ``generate_assignment`` has been run.
    """

    def __init__(self, root: Path, config: str = "", notebooks=None, entered: bool = True):
        self.root = Path(root)
        self.root.mkdir(parents=True, exist_ok=True)
        (self.root / "nbgrader_config.py").write_text(f"c = get_config()\n{config}\n")
        self.notebooks = notebooks or {"first": first(), "second": second()}
        for name, made in self.notebooks.items():
            write(self.root / "source" / "ps1" / f"{name}.ipynb", made)
        (self.root / "source" / "ps1" / "data.csv").write_text("1,2\n")
        self.db = f"sqlite:///{self.root / 'gradebook.db'}"
        if entered and notebooks is None:
            made = Path(released_once().name)
            shutil.copytree(made / "release", self.root / "release")
            shutil.copy(made / "gradebook.db", self.root / "gradebook.db")

    def stock(self, command, *arguments, **settings):
        """Run a command of nbgrader in this process; returns whether it succeeded."""
        return stock(self.root, command, *arguments, **settings)

    def release(self, name="ps1"):
        """The students' version of each notebook, as nbgrader makes it."""
        folder = self.root / "release" / name
        if not folder.exists():
            assert self.stock("generate_assignment", name)
        return {
            path.stem: nbformat.read(path, as_version=4) for path in sorted(folder.glob("*.ipynb"))
        }

    def hand_in(self, student, answers=None, timestamp=None, files=None, name="ps1"):
        """Hand in the released notebooks with ``answers`` (grade_id → text) put in."""
        folder = self.root / "submitted" / student / name
        for stem, made in self.release(name).items():
            for one in made.cells:
                grade_id = one.metadata.get("nbgrader", {}).get("grade_id")
                if grade_id in (answers or {}):
                    one.source = answers[grade_id]
            write(folder / f"{stem}.ipynb", made)
        for path, content in (files or {}).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(content)
        if timestamp:
            (folder / "timestamp.txt").write_text(timestamp)
        return folder

    def copy(self, root):
        shutil.copytree(self.root, root)
        other = MadeCourse.__new__(MadeCourse)
        other.__dict__.update(self.__dict__)
        other.root, other.db = Path(root), f"sqlite:///{Path(root) / 'gradebook.db'}"
        return other


RIGHT = {
    "double": "def double(x):\n    return x + x",
    "square": "def square(x):\n    return x ** 2",
    "why": "It is so.",
    "less": "def less(x):\n    return x - 1",
    "plot": "plot = 2",
}
WRONG = {**RIGHT, "double": "def double(x):\n    return 2", "less": "def less(x):\n    return x"}
HALF = {**RIGHT, "square": "def square(x):\n    return 1 if x else 0"}


def stock(root, command, *arguments, **settings):
    config = Config()
    config.CourseDirectory.root = str(root)
    config.Application.log_level = "CRITICAL"
    for dotted, value in settings.items():
        kind, trait = dotted.split("__")
        config[kind][trait] = value
    from nbgrader.apps import NbGrader
    from nbgrader.coursedir import CourseDirectory

    class Quiet(NbGrader):
        load_cwd_config = False

    app = Quiet(log_level="CRITICAL")
    app.initialize([], root=str(root))
    app.update_config(config)
    with contextlib.redirect_stderr(io.StringIO()):
        api = NbGraderAPI(CourseDirectory(parent=app, root=str(root)), parent=app)
        result = getattr(api, command)(*arguments)
    if not result["success"]:
        print(result.get("log"), result.get("error"))
    return result["success"]


def write(path: Path, made) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, path)


def examine(job: Job, parent=None) -> Outcome:
    """Execute a job's cells in this process: the shape of an examination without its safety."""
    executed = nbformat.from_dict(json.loads(json.dumps(job.submitted)))
    names, outcomes = {}, []
    for one in executed.cells:
        if one.cell_type != "code":
            continue
        value, error = _run(one.source, names)
        graded = utils.is_grade(one) and not utils.is_solution(one)
        if error:
            text = f"{type(error).__name__}: {error}"
            one.outputs = [
                v4.new_output(
                    "error", ename=type(error).__name__, evalue=str(error), traceback=[text]
                )
            ]
        elif value is not None and graded:
            data = {"text/plain": repr(float(value))}
            one.outputs = [v4.new_output("execute_result", data=data, execution_count=1)]
    for one in filter(utils.is_grade, executed.cells):
        score, points = utils.determine_grade(one)
        status = MANUAL if score is None or utils.is_solution(one) else PASSED
        if status == PASSED and score < points:
            status = PARTIAL if score else FAILED
        reason = one.outputs[0].evalue if status == FAILED else ""
        outcomes.append(CellOutcome(one.metadata.nbgrader.grade_id, points, score, status, reason))
    return Outcome(
        job.assignment, job.student, job.notebook, dict(executed), tuple(outcomes), job.seed
    )


def _run(source, names):
    import ast

    try:
        tree = ast.parse(source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
            return (value if isinstance(value, int | float) else None), None
    except Exception as error:
        return None, error
    return None, None


class NoParent:
    """Stands in for the warm parent."""

    def __init__(self):
        self.starts = self.stops = 0

    def start(self):
        self.starts += 1

    def stop(self):
        self.stops += 1


def grade(course, *arguments, examiner=examine, parent=NoParent, assignment="ps1"):
    """Run ``sidebyside grade`` with the executor; returns its exit code."""
    import argparse

    from sidebyside.grading.course import command

    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    options = parser.parse_args(["grade", assignment, "--course", str(course.root), *arguments])
    return command.grade(options, examiner, parent)
