"""Make ``exercises/`` and ``solutions/`` from ``source/``: ``make release``.

nbgrader's own ``generate_assignment`` and ``generate_solution`` do the work, in a temporary course
so that no gradebook of this checkout is touched. What they leave to the author is checked here: the
reference solution must pass every test, and no solution or hidden test may be left in an exercise.
"""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import sys
import tempfile
from pathlib import Path

from nbgrader.apps import NbGraderAPI
from nbgrader.converters import GenerateSolution
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import capture_log
from traitlets.config import Config

from sidebyside.authoring.notebooks import ROOT, NotebookError, assignments, normalise, read, write
from sidebyside.errors import SideBySideError

SECRETS = (
    "### BEGIN SOLUTION",
    "### BEGIN HIDDEN TESTS",
    "### END SOLUTION",
    "### END HIDDEN TESTS",
)


def course(folder: Path, **directories: str) -> tuple[NbGraderAPI, Config]:
    """An nbgrader course in ``folder``, with its own gradebook, quiet, and its configuration.

    Args:
        directories: nbgrader's directory names to change (``release_directory="exercises"``).
    """
    # nbgrader runs its database tool by name, so the environment's programs must be on the PATH.
    programs = str(Path(sys.executable).parent)
    if programs not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([programs, os.environ["PATH"]])
    config = Config()
    config.CourseDirectory.root = str(folder)
    config.CourseDirectory.course_id = "sidebyside"
    config.CourseDirectory.db_url = f"sqlite:///{folder}/gradebook.db"
    for name, value in directories.items():
        config.CourseDirectory[name] = value
    config.Execute.timeout = 300
    config.Application.log_level = logging.ERROR
    return NbGraderAPI(CourseDirectory(config=config), config=config), config


def generate(name: str, folder: Path, *, solution: bool = True) -> None:
    """Write the student's version and the worked version of assignment ``name`` under ``folder``.

    Args:
        name: a folder of ``source/``.
        folder: gets ``release/NAME`` and, unless ``solution`` is false, ``solution/NAME``.

    Raises:
        NotebookError: nbgrader refuses the notebook, the reference fails one of its own tests, or
            an exercise would show a solution; the message names the assignment.
    """
    shutil.copytree(ROOT / "source" / name, folder / "source" / name)
    api, _ = course(folder)
    _must_succeed(
        name, "generate_assignment", api.generate_assignment(name, force=True, create=True)
    )
    for path in (folder / "release" / name).glob("*.ipynb"):
        notebook = normalise(read(path), collapse=True)
        _refuse_secrets(notebook, path)
        write(notebook, path)
    if not solution:
        return
    api.coursedir.assignment_id = name
    app = GenerateSolution(coursedir=api.coursedir, parent=api)
    app.force = True
    _must_succeed(name, "generate_solution", capture_log(app))
    for path in (folder / "solution" / name).glob("*.ipynb"):
        notebook = normalise(read(path), collapse=True)
        _refuse_errors(notebook, path)
        write(notebook, path)


def _must_succeed(name: str, command: str, result: dict) -> None:
    if not result["success"]:
        log = result.get("error") or result.get("log") or ""
        raise NotebookError(f"assignment {name!r}: nbgrader {command} failed:\n{log}")


def _refuse_secrets(notebook, path: Path) -> None:
    for index, cell in enumerate(notebook.cells):
        for secret in SECRETS:
            if secret in cell.source:
                raise NotebookError(f"{path.name}, cell {index}: {secret!r} would reach students")


def _refuse_errors(notebook, path: Path) -> None:
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error" or output.get("name") == "stderr":
                what = output.get("evalue") or output.get("text", "")
                name = cell.metadata.get("nbgrader", {}).get("grade_id", "no grade_id")
                raise NotebookError(
                    f"{path.name}, cell {index} ({name}): the reference solution does not "
                    f"run cleanly: {what.strip()[:300]}"
                )


def release(name: str) -> None:
    """Regenerate ``exercises/NAME`` and ``solutions/NAME``; both or, on an error, neither."""
    with tempfile.TemporaryDirectory() as folder:
        generate(name, Path(folder))
        for made, kept in (("release", "exercises"), ("solution", "solutions")):
            target = ROOT / kept / name
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(Path(folder) / made / name, target)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make release", description=__doc__.splitlines()[0])
    parser.add_argument("only", nargs="?", default="", help="one assignment, such as attention")
    options = parser.parse_args(arguments)
    try:
        for name in assignments(options.only):
            print(f"source/{name} → exercises/{name}, solutions/{name} …", end=" ", flush=True)
            release(name)
            print("done", flush=True)
    except SideBySideError as error:
        print(f"\nerror: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
