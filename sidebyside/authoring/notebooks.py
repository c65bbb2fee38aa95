"""Read, normalise, write and find notebooks."""

from __future__ import annotations

import os
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from sidebyside.errors import SideBySideError

ROOT = Path(__file__).resolve().parents[2]
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}


class NotebookError(SideBySideError):
    """A notebook is missing, unreadable, or fails when it is executed."""


def chapters(only: str = "") -> list[Path]:
    """The chapter notebooks in order, or the one named ``only`` (``04-backpropagation``).

    Raises:
        NotebookError: no chapter has that name.
    """
    found = sorted((ROOT / "notebooks").glob("[0-9][0-9]-*.ipynb"))
    if only:
        names, name = [path.stem for path in found], Path(only).stem
        if name not in names:
            raise NotebookError(f"there is no chapter {name!r} in notebooks/, only {names}")
        return [found[names.index(name)]]
    return found


def executed(only: str = "") -> list[Path]:
    """The notebooks that the book shows with their outputs: chapters, then pages of ``book/``.

    Raises:
        NotebookError: ``only`` is the name of none of them.
    """
    pages = sorted((ROOT / "book").glob("*.ipynb"))
    if only:
        return [path for path in pages if path.stem == Path(only).stem] or chapters(only)
    return [*chapters(), *pages]


def assignments(only: str = "") -> list[str]:
    """The names of the assignments under ``source/``, or the one named ``only``.

    Raises:
        NotebookError: no assignment has that name.
    """
    names = sorted({path.parent.name for path in (ROOT / "source").glob("*/*.ipynb")})
    if only:
        if only not in names:
            raise NotebookError(f"there is no assignment {only!r} in source/, only {names}")
        return [only]
    return names


def read(path: Path) -> NotebookNode:
    """Read a notebook of format 4.

    Raises:
        NotebookError: the file is not a readable notebook; the message names it.
    """
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises many kinds for a broken file
        raise NotebookError(f"{path} is not a readable notebook: {error}") from error


def write(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook in the one form that git keeps: fixed order, one trailing newline."""
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook, version=4).rstrip("\n") + "\n", encoding="utf-8")


def is_test(cell: NotebookNode) -> bool:
    """Whether a cell of an assignment is a graded test."""
    marks = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(marks.get("grade")) and not marks.get("solution")


def normalise(notebook: NotebookNode, *, collapse: bool = False) -> NotebookNode:
    """Strip in place what differs from machine to machine and teaches nothing.

    Args:
        collapse: let JupyterLab show the graded tests of an assignment collapsed.

    Time stamps, widget state, editor settings and the Python version go; paths of this checkout
    and of the home directory in text outputs become ``.`` and ``~``; consecutive pieces of one
    stream become one output.
    """
    kept = {key: notebook.metadata[key] for key in ("sidebyside",) if key in notebook.metadata}
    notebook.metadata = nbformat.from_dict(
        {**kept, "kernelspec": KERNELSPEC, "language_info": {"name": "python"}}
    )
    for cell in notebook.cells:
        for key in ("execution", "collapsed", "scrolled", "jupyter", "editable", "slideshow"):
            cell.metadata.pop(key, None)
        if collapse and is_test(cell):
            cell.metadata["jupyter"] = {"source_hidden": True}
        if cell.cell_type == "code":
            cell.outputs = [_tidy_output(output) for output in _merge_streams(cell.outputs)]
    return notebook


def _merge_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    merged: list[NotebookNode] = []
    for output in outputs:
        last = merged[-1] if merged else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged


def _tidy_output(output: NotebookNode) -> NotebookNode:
    if output.output_type == "stream":
        output.text = without_paths(output.text)
    for mime, value in output.get("data", {}).items():
        if mime.startswith("text/") and isinstance(value, str):
            output.data[mime] = without_paths(value)
    return output


def without_paths(text: str) -> str:
    """Replace the paths of this checkout, of its kernels and of the home directory."""
    text = re.sub(r"\S*/ipykernel_\d+/\d+\.py", "<cell>", text)
    for path, name in ((str(ROOT), "."), (os.path.expanduser("~"), "~")):
        if path not in ("", "/"):
            text = text.replace(path, name)
    return text
