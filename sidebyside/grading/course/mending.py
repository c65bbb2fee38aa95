"""Make a submitted notebook sound: each of the assignment's cells once, and nothing that misleads.

The result holds text that the student wrote, in cells whose type, marks and order are the
instructor's. Stored outputs, metadata and tags of the student are dropped: none of them may matter.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils

from sidebyside.grading.contract import UNPROVEN, CellOutcome, Job, Outcome
from sidebyside.grading.course.assignment import InstructorNotebook
from sidebyside.grading.course.submission import Folder, Unreadable, few, shown

MOST_CELLS = 5000
LONGEST_CELL = 1_000_000  # characters
MOST_ELEMENTS = 2_000_000  # of the file's JSON: what they take in memory is a hundred times that
LARGEST_ATTACHMENT = 10_000_000  # characters of base64
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")
MISLEADING_TAGS = ("skip-execution", "raises-exception")


@dataclass(frozen=True)
class Mended:
    """A notebook fit to be examined, and what had to be mended, for the student to read."""

    notebook: NotebookNode
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Cell:
    """A cell as it was handed in, as far as it is used."""

    kind: str
    source: str
    grade_id: str | None
    identifier: str | None
    attachments: Mapping[str, Any]


def find_notebook(
    folder: Folder, instructors: Mapping[str, InstructorNotebook], name: str
) -> tuple[str, bytes, tuple[str, ...]]:
    """The file that was handed in as the notebook ``name``.

    Returns:
        its path, its content, and notes.

    Raises:
        Unreadable: there is none, or it could not be read, or it is unclear which it is.
    """
    file = f"{name}.ipynb"
    notes: tuple[str, ...] = ()
    path = file
    if file not in folder.notebooks:
        path = _other_name(folder, instructors, name)
        notes = (
            f"The notebook {shown(file)} was handed in as {shown(path)}; that one was graded.",
        )
    content = folder.notebooks[path]
    if isinstance(content, Unreadable):
        raise Unreadable(f"The notebook {shown(path)} {content}.")
    return path, content, notes


def _other_name(folder: Folder, instructors: Mapping[str, InstructorNotebook], name: str) -> str:
    file = f"{name}.ipynb"
    deeper = [path for path in folder.notebooks if path.rsplit("/", 1)[-1] == file]
    if len(deeper) == 1:
        return deeper[0]
    expected = {f"{one}.ipynb" for one in instructors}
    others = [path for path in sorted(folder.notebooks) if path not in expected]
    missing = [one for one in instructors if f"{one}.ipynb" not in folder.notebooks]
    if len(others) == 1 and len(missing) == 1:
        return others[0]
    # Several: the one with most of this notebook's cells, if that is clear.
    counts = {
        path: _cells_in_common(folder.notebooks[path], instructors[name]) for path in others[:20]
    }
    best = [path for path, count in counts.items() if count and count == max(counts.values())]
    if len(best) == 1:
        return best[0]
    if not folder.notebooks:
        raise Unreadable(f"No notebook was handed in; {shown(file)} was expected.")
    there = ", ".join(shown(path) for path in others[:5]) or "nothing else"
    raise Unreadable(f"The notebook {shown(file)} is missing; there is {there}.")


def _cells_in_common(content: bytes | Unreadable, instructor: InstructorNotebook) -> int:
    try:
        if isinstance(content, Unreadable):
            return 0
        names = {cell.grade_id for cell in _read_cells(_parse(content), [])}
    except Unreadable:
        return 0
    return len(names & set(instructor.roles))


def mend(content: bytes, instructor: InstructorNotebook) -> Mended:
    """A notebook with the student's text in the instructor's cells.

    Args:
        content: the file.

    Raises:
        Unreadable: it is no notebook.
    """
    notes: list[str] = []
    data = _parse(content)
    cells = _read_cells(data, notes)
    _note_kernel(data, instructor, notes)
    roles = instructor.roles
    # nbgrader keeps the last of several cells with one grade_id (DeduplicateIds); so do we.
    last = {cell.grade_id: number for number, cell in enumerate(cells)}
    groups: dict[str | None, list[_Cell]] = {None: []}
    texts: dict[str, _Cell] = {}
    order: list[str] = []
    before: str | None = None
    for number, cell in enumerate(cells):
        name = cell.grade_id
        if name in roles and last[name] == number:
            texts[name], before = cell, name
            order.append(name)
            groups[name] = []
            continue
        if name in roles:
            notes.append(
                f"The cell {shown(name)} was there more than once; the last one was graded."
            )
        elif name is not None:
            notes.append(
                f"This assignment has no cell {shown(name)}; it was run as a cell of yours."
            )
        groups[before].append(cell)
    if order != [name for name in roles if name in texts]:
        notes.append("The cells stood in another order; they were run in the assignment's order.")
    made: list[NotebookNode] = []
    used = {cell.id for cell in instructor.blank.cells if _role_name(cell) in roles}
    _add(made, groups[None], used)
    for name, original in roles.items():
        made.append(_restored(name, original, texts.get(name), instructor, notes))
        _add(made, groups.get(name, ()), used)
    return Mended(_notebook(instructor, made), few(notes))


def blank_with_reason(instructor: InstructorNotebook, reason: str) -> NotebookNode:
    """The blank notebook as result of a submission that can't be read: no test passed.

    The reason stands on top, and in the test cells as the error, so that nbgrader's feedback shows
    it and nbgrader itself reads a score of 0.
    """
    cells = [with_note(f"**This submission could not be graded.** {reason}", "reason")]
    for cell in copy.deepcopy(instructor.blank.cells):
        if cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell):
            cell.outputs = [error_output("NotGraded", reason)]
        cells.append(cell)
    return _notebook(instructor, cells)


def unreadable_outcome(job: Job, instructor: InstructorNotebook, reason: str) -> Outcome:
    """The outcome of a submission that can't be read: nothing proven, a person should look."""
    return Outcome(
        assignment=job.assignment,
        student=job.student,
        notebook=job.notebook,
        executed=blank_with_reason(instructor, reason),
        cells=tuple(
            CellOutcome(cell_name, float(cell.metadata.nbgrader.points), 0.0, UNPROVEN, reason)
            for cell_name, cell in instructor.roles.items()
            if utils.is_grade(cell)
        ),
        seed=job.seed,
        notes=(reason, *job.notes),
    )


def error_output(name: str, reason: str) -> NotebookNode:
    """An error as a cell's output."""
    return nbformat.v4.new_output(
        "error", ename=name, evalue=reason, traceback=[f"{name}: {reason}"]
    )


def notes_cell(notes: Iterable[str]) -> NotebookNode:
    """What was mended, for the top of the autograded notebook."""
    lines = "\n".join(f"- {note}" for note in notes)
    return with_note(f"**Notes on this submission**\n\n{lines}", "notes")


def with_note(text: str, identifier: str) -> NotebookNode:
    """A Markdown cell of ours for the autograded notebook."""
    return NotebookNode(
        id=f"sidebyside-{identifier}", cell_type="markdown", metadata=NotebookNode(), source=text
    )


def _parse(content: bytes) -> dict[str, Any]:
    """The file as JSON."""
    if not content.strip():
        raise Unreadable("The notebook's file is empty.")
    if sum(content.count(mark) for mark in b",[{:") > MOST_ELEMENTS:
        raise Unreadable("The notebook holds far too many elements; clear its outputs.")
    try:
        text = content.decode(json.detect_encoding(content))
        data = json.loads(text)
    except UnicodeDecodeError:
        raise Unreadable("The notebook's file is not text, so it is no notebook.") from None
    except RecursionError:
        raise Unreadable("The notebook's file is nested too deeply.") from None
    except ValueError as error:
        why = "it contains null bytes" if b"\0" in content else str(error)[:100]
        raise Unreadable(f"The notebook's file is no valid JSON ({why}).") from None
    if not isinstance(data, dict):
        raise Unreadable("The file is JSON, but no notebook.")
    version = data.get("nbformat", 4 if "cells" in data else 3)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise Unreadable(f"The notebook's format {shown(str(version), 20)} is unknown.")
    if version > 4:
        raise Unreadable(
            f"The notebook has format {version}, newer than what can be read (4): save it with a "
            "present version of Jupyter."
        )
    if version < 4:
        try:
            data = nbformat.converter.convert(nbformat.reader.reads(text), 4)
            for cell in data["cells"]:
                cell.pop("id", None)  # random
        except Exception as error:  # whatever nbformat makes of it
            raise Unreadable(
                f"The notebook has the old format {version} and can't be brought to the present "
                f"one ({type(error).__name__})."
            ) from None
    if not isinstance(data.get("cells"), list):
        raise Unreadable("The file has no list of cells, so it is no notebook.")
    return data


def _read_cells(data: Mapping[str, Any], notes: list[str]) -> list[_Cell]:
    """The cells as far as they can be made sense of."""
    cells = []
    tagged: dict[str, list[int]] = {}
    if len(data["cells"]) > MOST_CELLS:
        notes.append(f"The notebook has more than {MOST_CELLS} cells; the rest was left out.")
    for number, cell in enumerate(data["cells"][:MOST_CELLS], start=1):
        if not isinstance(cell, dict):
            notes.append(f"Cell {number} is damaged and was left out.")
            continue
        source = cell.get("source", "")
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if not isinstance(source, str):
            notes.append(f"The text of cell {number} is damaged and was left out.")
            source = ""
        if len(source) > LONGEST_CELL:
            notes.append(
                f"Cell {number} has {len(source)} characters, more than {LONGEST_CELL}; its text "
                "was left out."
            )
            source = ""
        cleaned = _clean(source)
        if cleaned != source:
            notes.append(f"Cell {number} had characters that no text may have; they were replaced.")
        metadata = cell.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        tags = metadata.get("tags")
        for tag in MISLEADING_TAGS:
            if isinstance(tags, list) and tag in tags:
                tagged.setdefault(tag, []).append(number)
        kind = cell.get("cell_type")
        cells.append(
            _Cell(
                kind if kind in ("code", "markdown", "raw") else "raw",
                cleaned,
                _grade_id(metadata, number, notes),
                cell.get("id") if isinstance(cell.get("id"), str) else None,
                _attachments(cell.get("attachments"), number, notes),
            )
        )
    for tag, numbers in tagged.items():
        which = ", ".join(map(str, numbers[:10])) + (" …" if len(numbers) > 10 else "")
        notes.append(f"The tag {shown(tag)} was removed (cell {which}); all cells were run.")
    return cells


def _clean(text: str) -> str:
    """Text without null characters and halves of surrogate pairs, which can't be stored."""
    if text.isascii() and "\0" not in text:
        return text
    text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)


def _grade_id(metadata: Mapping[str, Any], number: int, notes: list[str]) -> str | None:
    role = metadata.get("nbgrader")
    if not isinstance(role, dict):
        return None
    version = role.get("schema_version", 3)
    if isinstance(version, bool) or version not in (0, 1, 2, 3):
        notes.append(
            f"nbgrader's marks have the version {shown(str(version), 20)} somewhere, which does "
            "not exist; the assignment's own marks were used."
        )
    name = role.get("grade_id")
    return _clean(name) if isinstance(name, str) and name else None


def _attachments(value: Any, number: int, notes: list[str]) -> dict[str, dict[str, str]]:
    """Pictures pasted into a Markdown cell."""
    kept: dict[str, dict[str, str]] = {}
    for name, data in value.items() if isinstance(value, dict) else ():
        room = LARGEST_ATTACHMENT
        pictures = {
            kind: text
            for kind, text in (data.items() if isinstance(data, dict) else ())
            if kind in PICTURES
            and isinstance(text, str)
            and len(text) <= room
            and re.fullmatch(r"[A-Za-z0-9+/=\s]*", text)
        }
        if pictures and name.isprintable():
            kept[name] = pictures
        else:
            notes.append(f"An attachment of cell {number} is no picture and was left out.")
    return kept


def _note_kernel(data: Mapping[str, Any], instructor: InstructorNotebook, notes: list[str]) -> None:
    def language(metadata: Any) -> str:
        for key, inner in (("kernelspec", "language"), ("language_info", "name")):
            value = metadata.get(key) if isinstance(metadata, dict) else None
            if isinstance(value, dict) and isinstance(value.get(inner), str):
                return value[inner].lower()
        return ""

    theirs, ours = language(data.get("metadata")), language(instructor.blank.metadata)
    if theirs and ours and theirs != ours:
        notes.append(
            f"The notebook was saved for {shown(theirs, 30)}; it was run with {ours}, as given."
        )


def _role_name(cell: NotebookNode) -> str | None:
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def _restored(
    name: str,
    original: NotebookNode,
    handed_in: _Cell | None,
    instructor: InstructorNotebook,
    notes: list[str],
) -> NotebookNode:
    """The instructor's cell, with the student's text if it is for the student to write."""
    cell = copy.deepcopy(original)
    editable = utils.is_solution(cell)
    if handed_in is None:
        what = "an empty one stands in for it" if editable else "it was put back"
        notes.append(f"The cell {shown(name)} was missing; {what}.")
        return cell
    if handed_in.kind != cell.cell_type:
        notes.append(f"The cell {shown(name)} is a {cell.cell_type} cell; it was made one again.")
    if editable:
        cell.source = handed_in.source
        if cell.cell_type == "markdown" and handed_in.attachments:
            cell.attachments = NotebookNode(handed_in.attachments)
    else:
        given = {instructor.released[name].strip(), cell.source.strip()}
        if handed_in.source.strip() not in given:
            notes.append(f"The text of the cell {shown(name)} had been changed; it was put back.")
    return cell


def _add(made: list[NotebookNode], cells: Iterable[_Cell], used: set[str]) -> None:
    """Append a student's own cells; each gets an identifier that no other has."""
    for one in cells:
        identifier = one.identifier
        if (
            not identifier
            or identifier in used
            or not re.fullmatch(r"[\w-]{1,64}", identifier, re.A)
        ):
            identifier = f"added-{len(made)}"
            while identifier in used:
                identifier += "-"
        used.add(identifier)
        cell = NotebookNode(
            id=identifier, cell_type=one.kind, metadata=NotebookNode(), source=one.source
        )
        if one.kind == "code":
            cell.update(outputs=[], execution_count=None)
        elif one.attachments:
            cell.attachments = NotebookNode(one.attachments)
        made.append(cell)


def _notebook(instructor: InstructorNotebook, cells: list[NotebookNode]) -> NotebookNode:
    metadata = copy.deepcopy(instructor.blank.metadata)
    return NotebookNode(nbformat=4, nbformat_minor=5, metadata=metadata, cells=cells)
