"""What a chapter's notebook contains, read from the notebook alone."""

import hashlib
import json
import re
from base64 import b64decode
from dataclasses import dataclass, field
from pathlib import Path

from sidebyside.frameworks import LABELS, PARITY_MIME

IMAGE_MIMES = ("image/png", "image/jpeg", "image/svg+xml")


@dataclass(frozen=True)
class ParityTable:
    """One stored comparison of implementations."""

    title: str
    frameworks: tuple[str, ...]
    largest: float
    tolerance: float | None
    steps: int
    cell: int


@dataclass(frozen=True)
class Measured:
    """What running the notebook cost, as ``make notebooks`` wrote it down.

    ``cpu_seconds`` is processor time without a GPU, ``gpu_seconds`` wall time with one.
    """

    cpu_seconds: float | None = None
    peak_memory_mb: float | None = None
    gpu_seconds: float | None = None
    gpu: str | None = None


@dataclass(frozen=True)
class Chapter:
    """A notebook, as far as the book asks about it. Cells are counted from 1."""

    name: str
    title: str
    metadata: dict
    implementations: tuple[str, ...]
    parity: tuple[ParityTable, ...]
    unexecuted: tuple[int, ...]
    failed: tuple[int, ...]
    images_without_alt: tuple[int, ...]
    alt_texts: dict[str, str] = field(repr=False)
    cells: tuple[dict, ...] = field(repr=False)

    @property
    def number(self) -> str:
        return self.name[:2]

    @property
    def prerequisites(self) -> tuple[str, ...]:
        return tuple(self.metadata.get("prerequisites", ()))

    @property
    def data(self) -> tuple[str, ...]:
        return tuple(self.metadata.get("data", ()))

    @property
    def assignment(self) -> str | None:
        return self.metadata.get("assignment")

    @property
    def measured(self) -> Measured:
        known = Measured.__dataclass_fields__
        stored = self.metadata.get("measured") or {}
        return Measured(**{key: value for key, value in stored.items() if key in known})

    @property
    def largest(self) -> float | None:
        """The largest difference in any parity table, or None where there is no table."""
        return max((table.largest for table in self.parity), default=None)


def read_chapter(path: Path) -> Chapter:
    """Read one notebook. Nothing of it is executed."""
    notebook = json.loads(path.read_text("utf-8"))
    cells = list(enumerate(notebook["cells"], start=1))
    code = [(i, cell) for i, cell in cells if cell["cell_type"] == "code" and text(cell["source"])]
    images = [image for i, cell in code for image in _images(i, cell)]
    tags = {tag for _, cell in code for tag in cell["metadata"].get("tags", ())}
    return Chapter(
        name=path.stem,
        title=_title(notebook["cells"]) or path.stem,
        metadata=notebook["metadata"].get("sidebyside", {}),
        implementations=tuple(name for name in LABELS if name in tags),
        parity=tuple(table for i, cell in code for table in _parity(i, cell)),
        unexecuted=tuple(i for i, cell in code if cell.get("execution_count") is None),
        failed=tuple(
            i
            for i, cell in code
            if any(output["output_type"] == "error" for output in cell["outputs"])
        ),
        images_without_alt=tuple(dict.fromkeys(i for i, _, alt in images if not alt)),
        alt_texts={digest: alt for _, digest, alt in images if alt},
        cells=tuple(notebook["cells"]),
    )


def text(source: str | list[str]) -> str:
    """The text of a notebook field, which may be stored as a list of lines."""
    return source if isinstance(source, str) else "".join(source)


def _title(cells: list[dict]) -> str | None:
    for cell in cells:
        if cell["cell_type"] == "markdown":
            heading = re.search(r"^# +(.+?)\s*$", text(cell["source"]), re.MULTILINE)
            if heading:
                return heading[1]
    return None


def _bundles(cell: dict):
    for output in cell["outputs"]:
        if output["output_type"] in ("display_data", "execute_result"):
            yield output["data"], output.get("metadata", {})


def _parity(index: int, cell: dict):
    for data, _ in _bundles(cell):
        if PARITY_MIME in data:
            stored = data[PARITY_MIME]
            yield ParityTable(
                title=stored.get("title") or "",
                frameworks=tuple(stored.get("frameworks", ())),
                largest=float(stored["largest"]),
                tolerance=stored.get("tolerance"),
                steps=int(stored.get("steps") or 0),
                cell=index,
            )


def _images(index: int, cell: dict):
    """Yield (cell, digest of the picture, its alt text) for every picture in the outputs."""
    for data, metadata in _bundles(cell):
        for mime in IMAGE_MIMES:
            if mime in data:
                content = text(data[mime])
                raw = content.encode() if mime == "image/svg+xml" else b64decode(content)
                alt = metadata.get(mime, {}).get("alt") or metadata.get("alt")
                yield index, hashlib.sha256(raw).hexdigest(), alt
