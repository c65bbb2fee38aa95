"""A small course in the form the real one has, for the tests of `sidebyside.publishing`."""

import json
import shutil
from base64 import b64encode
from pathlib import Path
from struct import pack
from zlib import compress, crc32

from sidebyside.frameworks import PARITY_MIME

ROOT = Path(__file__).resolve().parents[2]

CURRICULUM = """\
parts:
  - title: I · Foundations
    chapters:
      - {name: 03-activation-functions, title: Activation functions, needs: N T P =}
      - name: 04-backpropagation
        title: Backpropagation
        needs: N T P =
        assignment: backpropagation
  - title: IV · Sequences
    chapters:
      - {name: 16-attention, title: Attention, needs: T P}
      - {name: 17-transformers, title: Transformers, needs: N T P}
"""
CONTENTS = """\
format: jb-book
root: book/index
chapters:
  - file: notebooks/04-backpropagation
  - file: notebooks/16-attention
  - file: notebooks/17-transformers
  - file: book/exercises
  - file: book/coverage
"""
REFERENCES = """\
@article{linnainmaa1976,
  author = {Linnainmaa, Seppo}, title = {Taylor expansion of the accumulated rounding error},
  journal = {BIT}, year = {1976}, doi = {10.1007/BF01931367},
}
"""
PAGES = {
    "index": "# Small course\n\n```{chapter-list}\n```\n\nAfter {cite:t}`linnainmaa1976`.\n\n"
    "```{bibliography}\n```\n",
    "exercises": "# Exercises\n\n```{exercises}\n```\n",
    "coverage": "# Coverage\n\n```{coverage}\n```\n\n```{planned-chapters}\n```\n",
}


def markdown(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def code(source, *outputs, tags=(), count=1):
    return {
        "cell_type": "code",
        "metadata": {"tags": list(tags)} if tags else {},
        "source": source,
        "execution_count": count,
        "outputs": list(outputs),
    }


def stdout(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


def display(data, metadata=None):
    return {"output_type": "display_data", "data": data, "metadata": metadata or {}}


def parity(largest=2.2e-16, tolerance=1e-9, frameworks=("numpy", "tensorflow", "pytorch")):
    rows = "".join(
        f"<tr><td>{what}</td><td>numpy – pytorch</td><td>(3, 2)</td><td>{largest:.1e}</td></tr>"
        for what in ("loss", "output", "gradient of hidden/kernel", "gradient of hidden/bias")
    )
    head = "<tr><th>what</th><th>pair</th><th>shape</th><th>largest difference</th></tr>"
    stored = {"title": "Same weights", "frameworks": list(frameworks), "largest": largest}
    stored |= {"tolerance": tolerance, "dtype": "float64", "steps": 3}
    table = f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
    return display({PARITY_MIME: stored, "text/html": table, "text/plain": f"largest {largest}"})


def picture(alt="a grey square", width=320, height=180):
    metadata = {"image/png": {"alt": alt}} if alt else {}
    return display({"image/png": b64encode(png(width, height)).decode()}, metadata)


def png(width, height, grey=200):
    """A plain grey picture in the PNG format."""

    def chunk(kind, data):
        return pack(">I", len(data)) + kind + data + pack(">I", crc32(kind + data))

    head = pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = compress(b"".join(b"\0" + bytes([grey]) * width for _ in range(height)))
    begin = b"\x89PNG\r\n\x1a\n"
    return begin + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def notebook(cells, **sidebyside):
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "sidebyside": sidebyside,
    }
    cells = [{"id": f"cell-{i:02d}", **cell} for i, cell in enumerate(cells, start=1)]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}


def three(what, *outputs):
    """The three implementations of one idea, in adjacent cells."""
    return [
        code(f"{what}_numpy = 'numpy'", stdout(f"{what} in NumPy\n"), tags=["numpy"]),
        code(f"{what}_tensorflow = 'tf'", stdout(f"{what} in TensorFlow\n"), tags=["tensorflow"]),
        code(f"{what}_pytorch = 'torch'", stdout(f"{what} in PyTorch\n"), tags=["pytorch"]),
    ]


def backpropagation():
    """A chapter with nothing missing."""
    return notebook(
        [
            markdown("# Backpropagation\n\nHow does a network learn which weight to change?"),
            code("from sidebyside import training\ndevice = training.setup()"),
            markdown("## From scratch\n\nThe chain rule: $\\frac{dz}{dx}$.\n\n$$\nz = wx + b\n$$"),
            *three("forward"),
            markdown(f"One after another: $a{' + a' * 40}$. The same, backwards."),
            *three("backward"),
            markdown("## Same weights, same numbers"),
            code("parity.agree(...)", parity()),
            markdown("## What goes wrong"),
            code("plots.show(fig)", picture("loss stays at 0.69 for 43 of 100 seeds")),
            markdown("The picture shows a network that has stopped learning."),
        ],
        chapter="04",
        part="I · Foundations",
        prerequisites=["03"],
        assignment="backpropagation",
        data=["digits", "xor (made)"],
        implementations=["numpy", "tensorflow", "pytorch"],
        measured={"cpu_seconds": 48.2, "peak_memory_mb": 1200},
    )


def attention():
    """A chapter of two frameworks that builds on the other one."""
    return notebook(
        [
            markdown("# Attention\n\nWhich words does a word look at?"),
            *three("attention")[1:],
            markdown(
                "Chapters 03, 04 and 16, or chapter\n04 alone, not `chapter 04` in code, "
                "nor [the text of chapter 04 itself](04-backpropagation.ipynb)."
            ),
            markdown("Only one does this (see [the derivation of the root](#ch17-derivation)):"),
            three("flash")[2],
        ],
        prerequisites=["04"],
        data=["numbers in words"],
        implementations=["tensorflow", "pytorch"],
        measured={"cpu_seconds": 130, "peak_memory_mb": 900, "gpu_seconds": 21},
    )


def transformers():
    """A chapter with two sections outside its core, one of which has a section of its own."""
    formula = f"$a{' + a' * 40}$"
    further = {"metadata": {"tags": ["further"]}}
    return notebook(
        [
            markdown("# Transformers\n\n" + "What is left without recurrence? " * 40),
            markdown("## The block\n\nMore: [why](#ch17-root), [derived](#ch17-derivation)."),
            *three("block"),
            markdown("Keys and queries are scaled.\n\n(ch17-root)="),
            markdown(
                "## Why the root\n\nVariances add, with recurrence or without: $q^2$.\n\n"
                "$$\n\\sum_i q_i k_i\n$$\n\n"
                f"Wide: {formula}. The word isotropic stands here alone."
            )
            | further,
            *three("root"),
            code("plots.show(fig)", picture("the variance grows with the width")),
            markdown("(ch17-derivation)=\n### Its derivation\n\n" + "Each step is derived. " * 150),
            markdown("## Positions\n\nThe core goes on."),
            markdown("## Rotary positions\n\nTurned by an angle.") | further,
            markdown("## In short\n\nThe block is enough."),
        ],
        prerequisites=["16"],
        data=["numbers in words"],
        implementations=["numpy", "tensorflow", "pytorch"],
        measured={"cpu_seconds": 60, "peak_memory_mb": 900},
    )


def assignment():
    """Two tasks, of 3 and 2 points; the first one's points are split over two cells."""

    def cell(source, grade_id, grade=False, solution=False, points=None):
        role = {"grade_id": grade_id, "grade": grade, "solution": solution, "locked": not solution}
        role |= {"schema_version": 3, "task": False} | ({"points": points} if grade else {})
        return {**code(source), "metadata": {"nbgrader": role}}

    return notebook(
        [
            markdown("# Backpropagation by hand\n\nFive points."),
            cell("import numpy as np", "setup"),
            markdown("## The backward pass of a layer"),
            cell("def dense_backward(): ...", "dense-backward", solution=True),
            cell("assert True", "test-dense-backward-value", grade=True, points=2),
            cell("assert True", "test-dense-backward-batch", grade=True, points=1),
            markdown("## The loss"),
            cell("def loss(): ...", "loss", solution=True),
            cell("assert True", "test-loss", grade=True, points=2),
        ]
    )


def write_course(root: Path) -> Path:
    """Write the small course under root, with the real book's settings and looks."""
    (root / "notebooks").mkdir(parents=True)
    for name in ("_static", "_templates"):
        shutil.copytree(ROOT / "book" / name, root / "book" / name)
    shutil.copy(ROOT / "_config.yml", root / "_config.yml")
    (root / "_toc.yml").write_text(CONTENTS)
    (root / "book" / "curriculum.yml").write_text(CURRICULUM)
    (root / "book" / "references.bib").write_text(REFERENCES)
    for name, text in PAGES.items():
        (root / "book" / f"{name}.md").write_text(text)
    write(root / "notebooks" / "04-backpropagation.ipynb", backpropagation())
    write(root / "notebooks" / "16-attention.ipynb", attention())
    write(root / "notebooks" / "17-transformers.ipynb", transformers())
    for folder in ("source", "exercises"):
        (root / folder / "backpropagation").mkdir(parents=True)
        write(root / folder / "backpropagation" / "backpropagation.ipynb", assignment())
    return root


def write(path: Path, made: dict) -> None:
    path.write_text(json.dumps(made), "utf-8")
