"""How long a chapter is to read: its core, and all of it. Nothing is executed or imported for it.

The core is what an hour should be enough for; a section whose heading cell is tagged ``further``
is outside it. The model of time is an assumption that a test of the core's budgets keeps in view
(a core that uses every budget up comes out at about an hour):

- prose at 200 words a minute. Adults read English non-fiction at 238 in the mean, and at less in a
  second language or where they study (Brysbaert, 2019, doi:10.1016/j.jml.2019.104047);
- 4 seconds for a visible line of code, which is read with its explanation beside it;
- half a minute for a displayed formula, a figure or an open parity table;
- a minute for a question to think about before its answer is opened, besides its words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sidebyside.frameworks import PARITY_MIME

from .chapters import IMAGE_MIMES, text

FURTHER = "further"
"""The tag of a heading cell whose section is outside the core."""

HIDES_CODE = {"hide-input", "remove-input", "hide-cell", "remove-cell"}
HIDES_OUTPUT = {"hide-output", "remove-output", "hide-cell", "remove-cell"}

WORDS_A_MINUTE = 200
SECONDS_A_LINE = 4
SECONDS_A_FORMULA = 30
SECONDS_A_FIGURE = 30
SECONDS_A_TABLE = 30
SECONDS_A_QUESTION = 60

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FENCE = re.compile(r"^ *(`{3,}|~{3,}|:{3,})(.*)$")
_FORMULA = re.compile(r"\$\$.*?\$\$", re.DOTALL)
_INLINE_FORMULA = re.compile(r"(?<![\\$])\$[^$\n]+(?:\n[^$\n]+)*\$")
_ROLE = re.compile(r"\{[\w:+-]+\}(?=`)")
_LINK_TARGET = re.compile(r"(?<=\])\([^()\s]*\)")
_WORD = re.compile(r"\S*\w\S*")


@dataclass(frozen=True)
class Size:
    """How much there is to read."""

    words: int = 0
    lines: int = 0  # visible lines of code
    code_cells: int = 0  # visible ones
    parity_tables: int = 0  # open ones
    formulas: int = 0  # displayed ones
    figures: int = 0
    questions: int = 0  # answers folded under what is asked

    @property
    def minutes(self) -> int:
        """How long it takes to read, by the model of this module."""
        seconds = (
            self.lines * SECONDS_A_LINE
            + self.formulas * SECONDS_A_FORMULA
            + self.figures * SECONDS_A_FIGURE
            + self.parity_tables * SECONDS_A_TABLE
            + self.questions * SECONDS_A_QUESTION
        )
        return round(self.words / WORDS_A_MINUTE + seconds / 60)


@dataclass(frozen=True)
class Reading:
    """A chapter's two sizes."""

    core: Size
    whole: Size


def reading(cells: Sequence[dict]) -> Reading:
    """The sizes of a notebook's core and of all its cells."""
    core = [cell for cell, outside in zip(cells, further(cells), strict=True) if not outside]
    return Reading(core=size(core), whole=size(cells))


def further(cells: Sequence[dict]) -> list[bool]:
    """For every cell, whether it belongs to a section that goes further than the core.

    Such a section begins at a markdown cell tagged ``further`` that begins with a heading, and
    ends before the next heading of the same or a higher level. A heading in the middle of a
    markdown cell ends it after that cell, because a cell is in the core or not.
    """
    found, level = [], 0  # the level of the section that goes further; 0: none is open
    for cell in cells:
        levels = _heading_levels(cell)
        opening = heading_level(cell)
        if level and opening and opening <= level:
            level = 0
        if not level and opening and FURTHER in tags(cell):
            level = opening
        found.append(bool(level))
        if level and any(inner <= level for inner in levels[1 if opening else 0 :]):
            level = 0
    return found


def size(cells: Sequence[dict]) -> Size:
    """How much these cells give to read."""
    prose = [prose_of(cell) for cell in cells if cell["cell_type"] == "markdown"]
    visible = [cell for cell in cells if is_visible_code(cell)]
    bundles = [data for cell in cells for data in shown(cell)]
    return Size(
        words=sum(map(words, prose)),
        lines=sum(map(lines_of_code, visible)) + sum(map(_lines_in_fences, prose)),
        code_cells=len(visible),
        parity_tables=sum(PARITY_MIME in data for data in bundles),
        formulas=sum(len(_FORMULA.findall(_without_fenced_code(each))) for each in prose),
        figures=sum(any(mime in data for mime in IMAGE_MIMES) for data in bundles),
        questions=sum(
            each.lstrip("`:~ ").startswith("{dropdown}")
            for source in prose
            for each in source.splitlines()
        ),
    )


def tags(cell: dict) -> set[str]:
    return set(cell["metadata"].get("tags", ()))


def heading_level(cell: dict) -> int:
    """The level of the heading that a markdown cell begins with; 0 where it begins otherwise.

    A label of MyST, ``(name)=``, may stand above the heading.
    """
    if cell["cell_type"] != "markdown":
        return 0
    heading = re.match(r"(?:\s*\([\w-]+\)=\s*\n)*\s*(#{1,6}) ", prose_of(cell))
    return len(heading[1]) if heading else 0


def prose_of(cell: dict) -> str:
    """A markdown cell's source without its comments."""
    return _COMMENT.sub("", text(cell["source"]))


def words(source: str) -> int:
    """Words of prose. A formula in a line is one; displayed formulas and fenced code are none."""
    kept = _FORMULA.sub(" ", _without_fenced_code(source))
    kept = _INLINE_FORMULA.sub("formula", kept)
    kept = _LINK_TARGET.sub("", _ROLE.sub("", kept))
    return len(_WORD.findall(kept))


def is_visible_code(cell: dict) -> bool:
    is_code = cell["cell_type"] == "code" and text(cell["source"]).strip()
    return bool(is_code) and not tags(cell) & HIDES_CODE


def lines_of_code(cell: dict) -> int:
    """The lines of a code cell that are not blank."""
    return sum(bool(line.strip()) for line in text(cell["source"]).splitlines())


def shown(cell: dict) -> list[dict]:
    """What a code cell displays openly: for every output its data by MIME type."""
    if cell["cell_type"] != "code" or tags(cell) & HIDES_OUTPUT:
        return []
    return [output["data"] for output in cell.get("outputs", ()) if "data" in output]


def _heading_levels(cell: dict) -> list[int]:
    if cell["cell_type"] != "markdown":
        return []
    source = _without_fenced_code(prose_of(cell))
    return [len(found) for found in re.findall(r"^(#{1,6}) ", source, re.MULTILINE)]


def _lines_in_fences(source: str) -> int:
    return sum(bool(line.strip()) for line in split_code(source)[1])


def _without_fenced_code(source: str) -> str:
    return "\n".join(split_code(source)[0])


def split_code(source: str) -> tuple[list[str], list[str]]:
    """A markdown source's lines of prose and its lines of fenced code, without the fences.

    What stands in a directive is prose, and so is the directive's title.
    """
    prose, code = [], []
    open_fences: list[tuple[str, bool]] = []  # each fence, and whether it holds code
    for line in source.splitlines():
        found = _FENCE.match(line)
        fence, info = (found[1], found[2].strip()) if found else ("", "")
        holder, in_code = open_fences[-1] if open_fences else ("", False)
        if fence and not info and holder and fence.startswith(holder):
            open_fences.pop()
        elif fence and not in_code:
            directive = info.startswith("{")
            open_fences.append((fence, not directive))
            if directive:
                prose.append(info.partition("}")[2])
        else:
            (code if in_code else prose).append(line)
    return prose, code
