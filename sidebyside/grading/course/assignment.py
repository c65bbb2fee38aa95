"""The instructor's version of an assignment, and its entry in the gradebook.

The chain is nbgrader's own (``GenerateAssignment.preprocessors`` as configured): what is graded
here is what ``nbgrader generate_assignment`` would have stored, and the release is not touched.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import MissingEntry
from nbgrader.api import Notebook as NotebookRow
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearMarkScheme,
    ClearSolutions,
    InstantiateTests,
    SaveCells,
)

from sidebyside.grading.course.directory import Course, preprocessors
from sidebyside.grading.course.errors import CourseError
from sidebyside.grading.course.gradebook import open_gradebook


@dataclass(frozen=True)
class InstructorNotebook:
    """One notebook of an assignment, as the grader needs it.

    Attributes:
        solved: with solutions and hidden tests.
        blank: the same cells with the solutions cleared; test cells in full, checksums set. This
            is what the gradebook stores, and what stands in for a cell that was not handed in.
        released: grade_id → the cell's text as students got it (no hidden tests).
    """

    name: str
    solved: NotebookNode
    blank: NotebookNode
    released: Mapping[str, str]

    @property
    def roles(self) -> dict[str, NotebookNode]:
        """grade_id → the cell of ``blank``, of those that nbgrader knows, in order."""
        return {
            cell.metadata.nbgrader.grade_id: cell for cell in self.blank.cells if has_role(cell)
        }


@dataclass(frozen=True)
class Assignment:
    """All notebooks and files of an assignment.

    Attributes:
        files: what lies beside the notebooks in ``source/`` (relative path → content).
        student_files: names of those that a student may replace (``exclude_overwriting``).
        digest: of all that decides a score on the instructor's side.
        remarks: what the instructor should know about where this came from.
    """

    name: str
    notebooks: Mapping[str, InstructorNotebook]
    files: Mapping[str, bytes]
    student_files: frozenset[str]
    digest: str
    remarks: tuple[str, ...] = field(default=())


def has_role(cell: NotebookNode) -> bool:
    """Whether nbgrader stores this cell: it is graded, a solution, locked, or a task."""
    return any(f(cell) for f in (utils.is_grade, utils.is_solution, utils.is_locked, utils.is_task))


def read_assignment(course: Course, name: str) -> Assignment:
    """Read the instructor's version, and enter it in the gradebook if it differs from there.

    Raises:
        CourseError: there is none, it can't be used as it is, or its cells are not those of the
            gradebook's and submissions have been graded already.
    """
    remarks: list[str] = []
    folder = course.folder("source", ".", name)
    stored = _stored_cells(course, name)
    paths = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    if paths:
        notebooks = {
            stem: _from_source(course, name, path, stored.get(stem, {}))
            for stem, path in paths.items()
        }
        _enter(course, name, notebooks, stored, remarks)
    else:
        folder = course.folder("release", ".", name)
        notebooks = _from_release(course, name, folder, stored)
        remarks.append(
            f"there is no {course.directory.source_directory}/{name}: the released version with "
            "the test cells of the gradebook is used. Without the reference solutions it is not "
            "known which names the solution cells define; put the source back if tests fail for it"
        )
    files = _files(course, folder)
    student_files = frozenset(course.autograde.exclude_overwriting.get(name, []))
    digest = hashlib.sha256()
    for stem, notebook in sorted(notebooks.items()):
        for part in (stem, _canonical(notebook.solved), _canonical(notebook.blank)):
            digest.update(part.encode("utf-8", "replace") + b"\0")
    for path, content in sorted(files.items()):
        digest.update(f"{path} {path in student_files}\0".encode())
        digest.update(hashlib.sha256(content).digest())
    return Assignment(name, notebooks, files, student_files, digest.hexdigest(), tuple(remarks))


def _canonical(notebook: NotebookNode) -> str:
    """The notebook's cells as text; the same for the same notebook.

    Cells without a stored identifier were given one that counts them, so it is the same each time.
    """
    return json.dumps({"cells": notebook.cells, "metadata": notebook.metadata}, sort_keys=True)


def _read(path: Path) -> NotebookNode:
    """A notebook of the instructor, in nbformat 4.5, nbgrader's metadata in its present version."""
    try:
        notebook = nbformat.reader.reads(path.read_text("utf-8"))
        version = nbformat.reader.get_version(notebook)
        notebook = nbformat.converter.convert(notebook, nbformat.current_nbformat)
        if version < (4, 5):  # what nbformat then gives as identifiers is random
            for cell in notebook.cells:
                cell.pop("id", None)
    except Exception as error:
        raise CourseError(f"{path} can't be read: {type(error).__name__}: {error}") from error
    with_identifiers(notebook)
    validator = MetadataValidator()
    for cell in notebook.cells:
        role = cell.metadata.get("nbgrader")
        version = role.get("schema_version", 0) if role else 0
        if not isinstance(version, int) or version > validator.schema_version:
            raise CourseError(
                f"{path}: nbgrader's metadata have version {version!r}, newer than the installed "
                f"nbgrader's {validator.schema_version}; upgrade nbgrader"
            )
        validator.upgrade_cell_metadata(cell)
    return notebook


def with_identifiers(notebook: NotebookNode) -> None:
    """Give every cell of a notebook an identifier of its own (nbformat 4.5), in place."""
    seen: set[str] = set()
    for number, cell in enumerate(notebook.cells):
        if cell.get("id") is None or cell["id"] in seen:
            cell["id"] = f"cell-{number}"
        seen.add(cell["id"])
    notebook.nbformat, notebook.nbformat_minor = 4, 5


def _from_source(
    course: Course, assignment: str, path: Path, stored: Mapping[str, _Stored]
) -> InstructorNotebook:
    solved = _read(path)
    _check(path, solved)
    _take_generated_tests(course, solved, stored)
    solved, blank = _chain(course, assignment, path, solved)
    _check(path, blank)
    # The solved version carries the same metadata, so a cell is known by the same marks in both.
    for one, other in zip(solved.cells, blank.cells, strict=True):
        one.metadata = copy.deepcopy(other.metadata)
    return InstructorNotebook(path.stem, solved, blank, _released(course, blank))


def _take_generated_tests(
    course: Course, notebook: NotebookNode, stored: Mapping[str, _Stored]
) -> None:
    """Cells with AUTOTEST lines: the tests that nbgrader made of them once, from the gradebook."""
    delimiter = InstantiateTests(parent=course.generate).autotest_delimiter
    for cell in notebook.cells:
        if cell.cell_type == "code" and delimiter in cell.source and has_role(cell):
            known = stored.get(cell.metadata.nbgrader.grade_id)
            if known is not None and known.source and delimiter not in known.source:
                cell.source = known.source


def _chain(
    course: Course, assignment: str, path: Path, notebook: NotebookNode
) -> tuple[NotebookNode, NotebookNode]:
    """nbgrader's own preprocessors up to the point where it stores the cells; two results.

    Returns:
        the notebook with solutions, and the one without.
    """
    resources: dict[str, Any] = {
        "unique_key": path.stem,
        "metadata": {"name": path.stem, "path": str(path.parent)},
        "nbgrader": {
            "student": ".",
            "assignment": assignment,
            "notebook": path.stem,
            "db_url": course.db_url,
        },
    }
    without: NotebookNode | None = None
    for preprocessor in preprocessors(course.generate, course.generate.preprocessors):
        if isinstance(preprocessor, SaveCells):
            break
        try:
            if isinstance(preprocessor, ClearSolutions) and without is None:
                without, _ = preprocessor(copy.deepcopy(notebook), dict(resources))
                continue
            notebook, resources = preprocessor(notebook, resources)
            if without is not None:
                without, _ = preprocessor(without, dict(resources))
        except Exception as error:
            cause = error.__context__ or error
            raise CourseError(
                f"{path}: nbgrader's {type(preprocessor).__name__} refuses it: "
                f"{str(cause).strip() or type(cause).__name__}"
            ) from error
    without = copy.deepcopy(notebook) if without is None else without
    for one in (notebook, without):
        with_identifiers(one)
        for cell in one.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
    return notebook, without


def _check(path: Path, notebook: NotebookNode) -> None:
    """Every cell with a role has a name of its own; there is something to grade."""
    seen = set()
    for cell in filter(has_role, notebook.cells):
        name = cell.metadata.nbgrader.get("grade_id")
        if not name or name in seen:
            raise CourseError(f"{path}: two cells have the grade_id {name!r}; rename one of them")
        if cell.cell_type not in ("code", "markdown"):
            raise CourseError(f"{path}: the cell {name!r} is neither code nor Markdown")
        seen.add(name)


def _released(course: Course, blank: NotebookNode) -> dict[str, str]:
    released = copy.deepcopy(blank)
    for kind in (ClearHiddenTests, ClearMarkScheme):
        preprocessor = kind(parent=course.generate)
        preprocessor.enforce_metadata = False
        released, _ = preprocessor.preprocess(released, {})
    return {
        cell.metadata.nbgrader.grade_id: cell.source for cell in released.cells if has_role(cell)
    }


@dataclass(frozen=True)
class _Stored:
    """A cell as the gradebook has it."""

    source: str
    checksum: str | None
    cell_type: str
    locked: bool
    max_score: float | None
    kinds: frozenset[str]


def _stored_cells(course: Course, assignment: str) -> dict[str, dict[str, _Stored]]:
    """notebook → grade_id → cell, from the gradebook; empty if the assignment is not there."""
    with open_gradebook(course) as gradebook:
        try:
            found = gradebook.find_assignment(assignment)
        except MissingEntry:
            return {}
        return {notebook.name: _stored_of(notebook) for notebook in found.notebooks}


def _stored_of(notebook: NotebookRow) -> dict[str, _Stored]:
    kinds: dict[str, set[str]] = {}
    scores: dict[str, float] = {}
    for kind, cells in (
        ("grade", notebook.grade_cells),
        ("solution", notebook.solution_cells),
        ("task", notebook.task_cells),
    ):
        for cell in cells:
            kinds.setdefault(cell.name, set()).add(kind)
            if kind != "solution":
                scores[cell.name] = cell.max_score
    return {
        cell.name: _Stored(
            cell.source or "",
            cell.checksum,
            cell.cell_type,
            bool(cell.locked),
            scores.get(cell.name),
            frozenset(kinds.get(cell.name, ())),
        )
        for cell in notebook.source_cells
    }


def _as_stored(blank: NotebookNode) -> dict[str, _Stored]:
    """What the gradebook would hold of this notebook."""
    cells = {}
    for cell in filter(has_role, blank.cells):
        role = cell.metadata.nbgrader
        tests: tuple[tuple[str, Callable], ...] = (
            ("grade", utils.is_grade),
            ("solution", utils.is_solution),
            ("task", utils.is_task),
        )
        kinds = frozenset(kind for kind, test in tests if test(cell))
        points = float(role.points) if kinds & {"grade", "task"} else None
        cells[role.grade_id] = _Stored(
            cell.source,
            role.get("checksum"),
            cell.cell_type,
            bool(utils.is_locked(cell)),
            points,
            kinds,
        )
    return cells


def _enter(
    course: Course,
    name: str,
    notebooks: Mapping[str, InstructorNotebook],
    stored: Mapping[str, Mapping[str, _Stored]],
    remarks: list[str],
) -> None:
    """Store the assignment as ``nbgrader generate_assignment`` does, where anything differs."""
    fresh = {stem: _as_stored(notebook.blank) for stem, notebook in notebooks.items()}
    if {stem: dict(cells) for stem, cells in stored.items()} == fresh:
        return
    with open_gradebook(course) as gradebook:
        try:
            graded = len(gradebook.find_assignment(name).submissions)
        except MissingEntry:
            graded = 0
            if not course.generate.create_assignment:
                raise CourseError(
                    f"the gradebook has no assignment {name!r}, and the configuration says not to "
                    f"create it: run `nbgrader db assignment add {name}`"
                ) from None
            remarks.append(f"the assignment {name!r} was not in the gradebook and has been entered")
        known = {(stem, one) for stem, cells in stored.items() for one in cells}
        now = {(stem, one) for stem, cells in fresh.items() for one in cells}
        if graded and known != now:
            changed = ", ".join(
                [f"new: {stem}/{one}" for stem, one in sorted(now - known)]
                + [f"gone: {stem}/{one}" for stem, one in sorted(known - now)]
            )
            raise CourseError(
                f"{name!r} has other cells than when its {graded} submissions were graded "
                f"({changed}), and nbgrader can't change that afterwards: put the cells back, or "
                f"start anew with `nbgrader db assignment remove {name} --force`"
            )
        gradebook.update_or_create_assignment(name)
        for stem in set(stored) - set(notebooks):
            gradebook.remove_notebook(stem, name)
    different = sorted(
        one
        for stem, cells in fresh.items()
        for one, cell in cells.items()
        if one in stored.get(stem, {}) and stored[stem][one] != cell
    )
    if different:
        remarks.append(
            f"the source of {name!r} has changed since it was entered in the gradebook (cells "
            f"{', '.join(different)}): the gradebook now has the present version, which is used. "
            "If students need it too, release the assignment again"
        )
    for stem, notebook in notebooks.items():
        if dict(stored.get(stem, {})) == fresh[stem]:
            continue
        resources = {"nbgrader": {"assignment": name, "notebook": stem, "db_url": course.db_url}}
        try:
            SaveCells(parent=course.generate).preprocess(copy.deepcopy(notebook.blank), resources)
        except Exception as error:
            raise CourseError(
                f"{name}/{stem} can't be entered in the gradebook: {error}"
            ) from error


def _from_release(
    course: Course, name: str, folder: Path, stored: Mapping[str, Mapping[str, _Stored]]
) -> dict[str, InstructorNotebook]:
    """The released notebooks, with test cells in full from the gradebook."""
    paths = {path.stem: path for path in sorted(folder.glob("*.ipynb")) if path.stem in stored}
    if missing := sorted(set(stored) - set(paths)) or ([] if stored else [name]):
        raise CourseError(
            f"there is no instructor's version of {', '.join(missing)}: neither "
            f"{course.folder('source', '.', name)} nor {folder} with an entry in the gradebook; "
            "put the source back"
        )
    notebooks = {}
    for stem, path in paths.items():
        blank = _read(path)
        for cell in filter(has_role, blank.cells):
            known = stored[stem].get(cell.metadata.nbgrader.grade_id)
            if known is None:
                raise CourseError(
                    f"{path}: the gradebook does not know the cell "
                    f"{cell.metadata.nbgrader.grade_id!r}; put the source back"
                )
            if known.locked:
                cell.source = known.source
            cell.metadata.nbgrader["checksum"] = known.checksum
        absent = set(stored[stem]) - {
            cell.metadata.nbgrader.grade_id for cell in filter(has_role, blank.cells)
        }
        if absent:
            raise CourseError(
                f"{path} lacks the cells {', '.join(sorted(absent))} that the gradebook has; put "
                "the source back"
            )
        for cell in blank.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        _check(path, blank)
        solved = copy.deepcopy(blank)
        notebooks[stem] = InstructorNotebook(stem, solved, blank, _released(course, blank))
    return notebooks


def _files(course: Course, folder: Path) -> dict[str, bytes]:
    """Everything but notebooks below a folder of the instructor, as nbgrader copies it."""
    files = {}
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if not course.ignored(one))
        for one in sorted(names):
            path = Path(where, one)
            if not course.ignored(one) and not one.endswith(".ipynb") and path.is_file():
                files[str(path.relative_to(folder))] = path.read_bytes()
    return files
