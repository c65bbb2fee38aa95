"""Numbers in prose come from what the chapter ran.

Every decimal number, percentage and power of ten in the prose (tables, questions and alternative
texts included) is a claim. A claim holds where a number of an output or a literal of a code cell,
rounded as the claim is written, is the same; or where its sentence has a citation. The sign does
not count ("falls by 0.03").

A chapter prints so many numbers that it gives most of those with two digits by chance. So a claim
of one or two digits has to come from an output of its own section (of level two) or from a
literal; one of three or more from anywhere. What stands before the first section, and in the
sections that look back (*In practice*, *Check yourself*), is compared with the whole chapter.

A percentage may be printed as a share, and so may a difference in points ("1.1 points").

Not a claim: whole numbers, fractions (¼, 1/4), versions ("PyTorch 2.13"), code (see `prose`), and
the wrong options of a question, which are wrong on purpose.

One number may be excused in the markdown cell that holds it (for an alternative text, in the
markdown cell that follows), with the reason::

    <!-- number: 0.05 is the level of significance that we chose -->

An excuse that excuses nothing is a problem as well.
"""

from __future__ import annotations

import ast
import html
import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from sidebyside.frameworks import PARITY_MIME
from sidebyside.publishing.chapters import IMAGE_MIMES, text
from sidebyside.publishing.reading import split_code

from .problem import Problem
from .prose import ALT, Sentence, comments, plain, sentences, split, without_code
from .questions import questions

RULE = "number"
MOST_EXCUSES = 12  # in one chapter

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_START = r"(?<![\w.^])(?<![A-Za-z]-)"
_SCIENTIFIC = re.compile(
    rf"{_START}({_NUMBER})(?:\s*·\s*10\s*\^\s*\{{?\s*(-?\d+)\s*\}}?|[eE]([+-]?\d+))(?![\d.]*\w)"
)
_POWER = re.compile(r"(?<![\w.,·^])(?<!· )10\s*\^\s*(?:\{\s*(-?\d+)\s*\}|(-?\d))(?!\d)")
_PERCENT_RANGE = re.compile(
    rf"{_START}({_NUMBER})(?= ?(?:[-–]|to|and|or|,) ?{_NUMBER} ?(?:%|per ?cent\b))"
)
_PERCENT = re.compile(rf"{_START}({_NUMBER}) ?(?:%|per ?cent\b)")
_POINTS = re.compile(rf"{_START}(\d+\.\d+)(?= (?:percentage )?points?\b)")
_DECIMAL = re.compile(rf"{_START}((?:\d{{1,3}}(?:,\d{{3}})+|\d+)\.\d+)(?!\.?\d)")
_VERSION = re.compile(
    r"\b(?:Python|NumPy|Keras|TensorFlow|PyTorch|torch|CUDA|cuDNN|scikit-learn|Optuna|version)"
    r"['’]? v?\d+(?:\.\d+)+",
    re.IGNORECASE,
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_OPTION = re.compile(r"^[-*] \(?[a-h]\) +")
_SPACES = ("~", r"\,", r"\;", "\u00a0", "\u202f", "\u2009")
_SPELLINGS = (
    *((space, " ") for space in _SPACES),
    (r"\%", "%"),
    (r"\cdot", "·"),
    (r"\times", "×"),
    ("{,}", ","),
    ("\u2212", "-"),
)
_EXCUSE = re.compile(r"number:\s*(\S+)\s+(.+)", re.DOTALL)

# numbers in outputs: also what stands beside a letter or an unseparated comma
_IN_OUTPUT = re.compile(
    r"(?P<value>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)"
    r"(?P<percent>\s?(?:%|per ?cent))?"
)
_SECTION = re.compile(r"^## +(.+)$", re.MULTILINE)
_LOOKING_BACK = re.compile(r"in practice|check yourself|summary", re.IGNORECASE)
LOOKS_BACK = 0
FAR_DIGITS = 3  # a claim of so many digits may come from an output of another section
_SIGNIFICANT = 1e-9  # relative room for numbers that a float does not hold exactly


@dataclass(frozen=True)
class Claim:
    """A number as it is written: its value, and the unit of its last digit."""

    written: str
    value: float
    unit: float
    percent: bool = False
    points: bool = False  # of a percentage, or of something else: it is not said which
    magnitude: bool = False  # a bare power of ten: only the order of magnitude is said

    @property
    def digits(self) -> int:
        """How many significant digits are said."""
        return len(str(round(self.value / self.unit))) if self.value else 1

    def bounds(self) -> tuple[float, float]:
        """The least and the largest number that is written so when it is rounded."""
        if self.magnitude:
            return self.value / math.sqrt(10), self.value * math.sqrt(10)
        room = self.unit / 2 + _SIGNIFICANT * max(self.value, self.unit)
        return self.value - room, self.value + room


@dataclass
class Support:
    """The numbers that a chapter gives: as they are, and those that are percentages."""

    numbers: list[float] = field(default_factory=list)
    percentages: list[float] = field(default_factory=list)  # 97 for 97 %

    def add_text(self, output: str) -> None:
        """Add the numbers of a text. A line or table that says % may give percentages."""
        says_percent = "%" in output or "percent" in output or "per cent" in output
        for found in _IN_OUTPUT.finditer(output):
            value = found["value"]
            readings = {value.replace(",", ""), *(value.split(",") if "," in value else ())}
            for reading in readings:
                number = _float(reading)
                self.numbers.append(number)
                if found["percent"] or says_percent:
                    self.percentages.append(number)

    def add_values(self, value: object) -> None:
        """Add the numbers of a JSON document or of a literal."""
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list | tuple):
            for each in value:
                self.add_values(each)
        elif isinstance(value, str):
            self.add_text(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            self.numbers.append(abs(float(value)))

    def close(self) -> Support:
        self.numbers = sorted(filter(math.isfinite, self.numbers))
        self.percentages = sorted(filter(math.isfinite, self.percentages))
        return self

    def holds(self, claim: Claim) -> bool:
        """Whether a number of the chapter is written as the claim when it is rounded so."""
        if claim.points and self.holds(replace(claim, percent=True, points=False)):
            return True
        low, high = claim.bounds()
        if not claim.percent:
            shares = [each / 100 for each in self.percentages]
            return _any_between(self.numbers, low, high) or _any_between(shares, low, high)
        return _any_between(self.percentages, low, high) or _any_between(
            self.numbers, low / 100, high / 100
        )


class Chapter:
    """What a chapter's code gives: everywhere, in each section, and as literals."""

    def __init__(self, cells: Sequence[dict]) -> None:
        self.sections = sections(cells)
        self.everywhere, self.literals = Support(), Support()
        self.outputs = {section: Support() for section in self.sections}
        for section, cell in zip(self.sections, cells, strict=True):
            if cell["cell_type"] == "code":
                self.literals.add_values(literals(text(cell["source"])))
                for output in cell.get("outputs", ()):
                    _add_output(self.outputs[section], output)
                    _add_output(self.everywhere, output)
        for question in questions(cells):
            self.literals.add_values(literals(question.check))
        for each in (self.everywhere, self.literals, *self.outputs.values()):
            each.close()

    def trouble(self, claim: Claim, cell: int) -> str:
        """Why a claim in this cell does not hold; empty where it does."""
        section = self.sections[cell]
        if self.literals.holds(claim) or self.outputs[section].holds(claim):
            return ""
        if not self.everywhere.holds(claim):
            return "no output or code gives it"
        if claim.magnitude or claim.digits >= FAR_DIGITS or section == LOOKS_BACK:
            return ""
        return "only outputs of other sections give it"


def sections(cells: Sequence[dict]) -> list[int]:
    """For every cell the number of its section of level two; 0 is what looks at the whole."""
    found, count, current = [], 0, LOOKS_BACK
    for cell in cells:
        if cell["cell_type"] == "markdown":
            titles = _SECTION.findall("\n".join(split_code(text(cell["source"]))[0]))
            if titles:
                count += 1
                current = LOOKS_BACK if any(map(_LOOKING_BACK.match, titles)) else count
        found.append(current)
    return found


def _add_output(found: Support, output: dict) -> None:
    if output.get("name") == "stdout":
        for line in text(output["text"]).splitlines():
            found.add_text(line)
    data = output.get("data", {})
    if PARITY_MIME in data:
        found.add_values(data[PARITY_MIME])
    if any(mime in data for mime in IMAGE_MIMES):
        return  # the text beside a picture is its alternative text, which is a claim itself
    if "text/plain" in data:
        found.add_text(text(data["text/plain"]))
    if "text/html" in data:
        found.add_text(html.unescape(re.sub(r"<[^>]*>", " ", text(data["text/html"]))))


def literals(source: str) -> list[float]:
    """The numbers that are written in a piece of Python, outside strings and comments."""
    kept = "\n".join(
        line for line in source.splitlines() if not line.lstrip().startswith(("%", "!"))
    )
    try:
        tree = ast.parse(kept)
    except SyntaxError:
        return []
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    ]


def claims(sentence: str) -> list[Claim]:
    """The numbers that a sentence claims, from left to right."""
    line = _VERSION.sub("", _normalised(plain(sentence)))
    found: list[tuple[int, Claim]] = []

    def take(pattern: re.Pattern, make) -> None:
        nonlocal line
        for match in pattern.finditer(line):
            found.append((match.start(), make(match)))
        line = pattern.sub(lambda match: " " * len(match[0]), line)

    take(_SCIENTIFIC, _scientific)
    take(_POWER, _power)
    for match in _PERCENT_RANGE.finditer(line):
        found.append((match.start(), _written(match[1], f"{match[1]} %", percent=True)))
    taken = {match.start() for match in _PERCENT_RANGE.finditer(line)}
    line = "".join(" " if _inside(i, taken, line) else c for i, c in enumerate(line))
    take(_PERCENT, lambda match: _written(match[1], match[0], percent=True))
    take(_POINTS, lambda match: replace(_written(match[1], match[0]), points=True))
    take(_DECIMAL, lambda match: _written(match[1], match[0]))
    return [claim for _, claim in sorted(found, key=lambda pair: pair[0])]


def _inside(index: int, starts: set[int], line: str) -> bool:
    return any(start <= index < start + len(re.match(_NUMBER, line[start:])[0]) for start in starts)


def _normalised(sentence: str) -> str:
    """One way of writing for LaTeX, Unicode and plain text."""
    line = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+", _superscript, sentence)
    for old, new in _SPELLINGS:
        line = line.replace(old, new)
    return re.sub(r"×(?=\s*10\s*\^)", "·", line)


def _superscript(found: re.Match) -> str:
    return "^{" + found[0].translate(_SUPERSCRIPTS) + "}"


def _scientific(found: re.Match) -> Claim:
    exponent = int(found[2] or found[3])
    mantissa = _written(found[1], found[0])
    return Claim(found[0].strip(), mantissa.value * 10.0**exponent, mantissa.unit * 10.0**exponent)


def _power(found: re.Match) -> Claim:
    value = 10.0 ** int(found[1] or found[2])
    return Claim(found[0].strip(), value, value, magnitude=True)


def _written(number: str, written: str, percent: bool = False) -> Claim:
    digits = number.replace(",", "")
    decimals = len(digits.partition(".")[2])
    return Claim(written.strip(), float(digits), 10.0**-decimals, percent)


def _float(written: str) -> float:
    try:
        return float(written)
    except (ValueError, OverflowError):
        return math.nan


def _any_between(values: list[float], low: float, high: float) -> bool:
    at = bisect_left(values, low)
    return at < len(values) and values[at] <= high


# excuses


@dataclass(frozen=True)
class Excuse:
    """A number that the author lets stand, and why."""

    cell: int
    number: str
    reason: str


def excuses(cells: Sequence[dict]) -> list[Excuse]:
    """The numbers that a chapter's comments excuse."""
    return [
        Excuse(index, found[1], " ".join(found[2].split()))
        for index, cell in enumerate(cells)
        for comment in comments(cell)
        if (found := _EXCUSE.fullmatch(comment))
    ]


def unsupported(cells: Sequence[dict]) -> Iterator[tuple[Sentence, Claim, str]]:
    """Every claim that neither the chapter's run nor a citation supports, and why."""
    chapter, on_purpose = Chapter(cells), _wrong_on_purpose(cells)
    for sentence in sentences(cells):
        if sentence.cites or (sentence.cell, _OPTION.sub("", sentence.text)) in on_purpose:
            continue
        for claim in dict.fromkeys(claims(sentence.text)):
            trouble = chapter.trouble(claim, sentence.cell)
            if trouble:
                yield sentence, claim, trouble


def _wrong_on_purpose(cells: Sequence[dict]) -> set[tuple[int, str]]:
    """The sentences of the wrong options of questions, each with its cell."""
    return {
        (question.cell, sentence)
        for question in questions(cells)
        for option in question.wrong_options()
        for sentence in split(without_code(option))
    }


def problems(cells: Sequence[dict]) -> Iterator[Problem]:
    """Numbers that nothing gives, and excuses that excuse nothing or say too little."""
    written, used = excuses(cells), set()
    for sentence, claim, trouble in unsupported(cells):
        excusing = [each for each in written if _excuses(each, sentence, claim, cells)]
        used.update(excusing)
        if not excusing:
            where = "in the alternative text" if sentence.kind == ALT else "in"
            said = f"{claim.written!r} {where} {_short(sentence)}: {trouble}"
            yield Problem(RULE, sentence.cell, said)
    for each in written:
        if each not in used:
            yield Problem(RULE, each.cell, f"the excuse of {each.number} excuses nothing")
        if len(each.reason.split()) < 3:
            yield Problem(RULE, each.cell, f"the excuse of {each.number} does not say why")
    if len(written) > MOST_EXCUSES:
        yield Problem(RULE, -1, f"{len(written)} numbers are excused, more than {MOST_EXCUSES}")


def _excuses(excuse: Excuse, sentence: Sentence, claim: Claim, cells: Sequence[dict]) -> bool:
    home = sentence.cell
    if sentence.kind == ALT:
        after = (i for i in range(home + 1, len(cells)) if cells[i]["cell_type"] == "markdown")
        home = next(after, home)
    number = "".join(excuse.number.split())
    return excuse.cell == home and number in (
        "".join(claim.written.split()),
        "".join(_normalised(claim.written).split()),
    )


def _short(sentence: Sentence) -> str:
    return repr(sentence.text if len(sentence.text) <= 160 else sentence.text[:157] + "…")
