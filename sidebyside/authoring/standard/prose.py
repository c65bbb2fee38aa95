"""What a reader of a chapter reads, sentence by sentence, and what its author noted beside it.

Prose is the markdown (its tables and questions included) and the alternative texts of pictures.
Code is not: fenced blocks of a language, and code spans, except those that hold a bare value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sidebyside.publishing.chapters import IMAGE_MIMES, text

COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_ROLE = re.compile(r"\{(?P<role>[\w:+-]+)\}`(?P<text>[^`]*)`")
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_VALUE = re.compile(r"[\[\]()\s\d.,eE+\-−–…%/]*\d[\[\]()\s\d.,eE+\-−–…%/]*")
_LINK_TARGET = re.compile(r"(?<=\])\([^()\s]*\)|<https?://[^>]*>|https?://\S+")
_SENTENCE_END = re.compile(r"(?<=[.!?])[)\"”*_]*\s+(?=[A-Z0-9*$`\[({\"“_])")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+\.)\s+|^\s*\|", re.MULTILINE)


ALT = "alternative text"


@dataclass(frozen=True)
class Sentence:
    """A sentence, a row of a table or an alternative text, and the cell that holds it."""

    cell: int
    text: str
    kind: str = "prose"  # or ALT

    @property
    def cites(self) -> bool:
        return "{cite" in self.text


def sentences(cells: Sequence[dict]) -> Iterator[Sentence]:
    """Every sentence of the prose and every alternative text, in the order of the page."""
    for index, cell in enumerate(cells):
        if cell["cell_type"] == "markdown":
            for each in split(without_code(text(cell["source"]))):
                yield Sentence(index, each)
        for alt in alternative_texts(cell):
            yield Sentence(index, alt, ALT)


def alternative_texts(cell: dict) -> list[str]:
    """The alternative texts of a cell's pictures."""
    found = []
    for output in cell.get("outputs", ()):
        for mime in IMAGE_MIMES:
            if mime in output.get("data", {}):
                metadata = output.get("metadata", {})
                found.append(metadata.get(mime, {}).get("alt") or metadata.get("alt") or "")
    return [alt for alt in found if alt]


def comments(cell: dict) -> list[str]:
    """The contents of a markdown cell's HTML comments."""
    if cell["cell_type"] != "markdown":
        return []
    return [found.strip() for found in COMMENT.findall(text(cell["source"]))]


def without_code(source: str) -> str:
    """Markdown without comments, blocks of code, code spans that are code, and addresses."""
    kept = COMMENT.sub("", source)
    kept = re.sub(r"^ *(`{3,}) *\w+[^\n]*\n.*?^ *\1 *$", "", kept, flags=re.DOTALL | re.MULTILINE)
    kept = re.sub(r"^ *[`:]{3,}(?:\{[\w:-]+\})?", "", kept, flags=re.MULTILINE)
    return _LINK_TARGET.sub("", spans_out(kept))


def spans_out(source: str) -> str:
    """The source with roles kept as they are, and code spans only where they are bare values."""

    def replaced(found: re.Match) -> str:
        before = source[: found.start()]
        if re.search(r"\{[\w:+-]+\}$", before):
            return found[0]
        return found[2] if _VALUE.fullmatch(found[2]) else "code"

    return _SPAN.sub(replaced, source)


def split(source: str) -> list[str]:
    """The sentences of a markdown source; a row of a table is one, and so is a formula."""
    found = []
    for block in re.split(r"\n\s*\n", source):
        starts = [0, *(match.start() for match in _ITEM.finditer(block)), len(block)]
        for start, end in pairwise(starts):
            found += _SENTENCE_END.split(block[start:end])
    return [" ".join(each.split()) for each in found if each.strip()]


def plain(sentence: str) -> str:
    """A sentence with the text of its roles in place of the roles; citations are left out."""

    def replaced(found: re.Match) -> str:
        return "" if found["role"].startswith("cite") else found["text"]

    return _ROLE.sub(replaced, sentence)
