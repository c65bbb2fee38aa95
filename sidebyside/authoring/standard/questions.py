"""Multiple-choice questions: how they are written, and how options that are code are tried.

A question is ``**1.** What …?``, its options ``- (a) …``, and the answer ``**(b).** …`` folded
under them. Where every option is code (a code span or a block), the question carries a check, a
comment with ordinary Python that defines ``right``::

    <!-- check:
    import numpy as np

    def right(option):
        z = np.array([1000.0, 1000.0])
        names = {"np": np, "z": z}
        exec(option, names)
        ...
        return np.isfinite(p).all()
    -->

``right`` gets an option's source and says whether it is right; an option that raises is not.
Exactly the option that the answer names must be right. A question whose options are not code may
carry a check as well; ``right`` gets the option's text then.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import dedent

from sidebyside.authoring.notebooks import ROOT
from sidebyside.publishing.chapters import text

from .problem import Problem
from .prose import COMMENT

RULE = "question"
TIMEOUT = 600  # seconds for all checks of a chapter; against hanging only
MOST_UNEVEN = 3.0
"""The bound on the chi-squared statistic of the right letters over the book. It is what letters
drawn at random have in the mean (four letters, three degrees of freedom): the book's letters are
at least as even as that."""

_QUESTION = re.compile(r"^\*\*\d+\.\*\*", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)
_OPTION = re.compile(r"^ *[-*] \(?([a-h])\) +", re.MULTILINE)
_ANSWER = re.compile(
    r"^ *[`:]{3,}\{dropdown\}[^\n]*\n(.*?)^ *[`:]{3,} *$", re.DOTALL | re.MULTILINE
)
_RIGHT = re.compile(r"\*\*\(?([a-h])\)?\.?\*\*")
_CODE_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1[.,;]?", re.DOTALL)
_CODE_BLOCK = re.compile(r" *(`{3,})[^\n]*\n(.*?)^ *\1 *", re.DOTALL | re.MULTILINE)
_CHECK = re.compile(r"\s*check:(.*)", re.DOTALL)


@dataclass(frozen=True)
class Question:
    """A multiple-choice question and the cell that holds it."""

    cell: int
    title: str
    options: dict[str, str]  # by letter, as written
    right: str | None
    check: str = ""

    def code(self, letter: str) -> str | None:
        """An option's code where the whole option is code, else None."""
        written = self.options[letter].strip()
        block = _CODE_BLOCK.fullmatch(written)
        if block:
            return dedent(block[2]).strip()
        span = _CODE_SPAN.fullmatch(written)
        return span[2].strip() if span else None

    @property
    def is_code(self) -> bool:
        return bool(self.options) and all(self.code(letter) is not None for letter in self.options)

    def wrong_options(self) -> list[str]:
        return [option for letter, option in self.options.items() if letter != self.right]


def questions(cells: Sequence[dict]) -> list[Question]:
    """The multiple-choice questions of a chapter, in order."""
    return [
        found
        for index, cell in enumerate(cells)
        if cell["cell_type"] == "markdown"
        for block in _blocks(text(cell["source"]))
        if (found := _question(index, block)).options
    ]


def _blocks(source: str) -> list[str]:
    starts = [match.start() for match in _QUESTION.finditer(source)]
    blocks = [source[a:b] for a, b in zip(starts, [*starts[1:], len(source)], strict=False)]
    return [block[: _end(block)] for block in blocks]


def _end(block: str) -> int:
    """Where a heading ends the block; a line of a comment is no heading."""
    masked = COMMENT.sub(lambda found: " " * len(found[0]), block)
    heading = _HEADING.search(masked)
    return heading.start() if heading else len(block)


def _question(index: int, block: str) -> Question:
    checks = [found[1] for each in COMMENT.findall(block) if (found := _CHECK.match(each))]
    block = COMMENT.sub("", block)
    answer = _ANSWER.search(block)
    before = block[: answer.start()] if answer else block
    marks = list(_OPTION.finditer(before))
    ends = [*(mark.start() for mark in marks[1:]), len(before)]
    right = _RIGHT.search(answer[1]) if answer else None
    return Question(
        cell=index,
        title=" ".join(before[: marks[0].start() if marks else None].split())[:80],
        options={m[1]: before[m.end() : end].strip() for m, end in zip(marks, ends, strict=False)},
        right=right[1] if right else None,
        check=dedent("".join(checks)).strip(),
    )


def problems(cells: Sequence[dict], run: bool = True) -> Iterator[Problem]:
    """Questions without a right option or a check, and checks that come out otherwise."""
    found = questions(cells)
    for question in found:
        if question.right not in question.options:
            yield Problem(RULE, question.cell, f"{question.title!r}: the answer names no option")
        if question.is_code and not question.check:
            yield Problem(RULE, question.cell, f"{question.title!r}: all are code, and no check")
    checked = [question for question in found if question.check]
    if run and checked:
        for question, verdicts in zip(checked, try_options(checked), strict=True):
            yield from _judged(question, verdicts)


def _judged(question: Question, verdicts: dict[str, str]) -> Iterator[Problem]:
    right = [letter for letter, said in verdicts.items() if said == "right"]
    if right != [question.right]:
        said = ", ".join(f"({letter}) {verdict}" for letter, verdict in verdicts.items())
        yield Problem(
            RULE,
            question.cell,
            f"{question.title!r}: ({question.right}) should be right and the only one; {said}",
        )


def try_options(checked: Sequence[Question]) -> list[dict[str, str]]:
    """For every question what each option came out as: "right", "wrong", or its error.

    One process runs them all, because importing a framework takes seconds.
    """
    tasks = [
        {
            "check": question.check,
            "options": {
                letter: question.code(letter) or option.strip()
                for letter, option in question.options.items()
            },
        }
        for question in checked
    ]
    done = subprocess.run(
        [sys.executable, "-m", "sidebyside.authoring.standard.trying"],
        input=json.dumps(tasks),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=TIMEOUT,
    )
    if done.returncode:
        crashed = f"the process ended: {done.stderr.strip()[-300:]}"
        return [dict.fromkeys(question.options, crashed) for question in checked]
    return json.loads(done.stdout)


# over the book


def right_letters(found: Sequence[Question]) -> Counter:
    """How often each letter is the right one; letters that are offered and never right are 0."""
    counts = Counter({letter: 0 for question in found for letter in sorted(question.options)})
    counts.update(question.right for question in found if question.right)
    return counts


def unevenness(found: Sequence[Question]) -> float:
    """The chi-squared statistic of the right letters, if each option were right equally often."""
    expected: Counter = Counter()
    for question in found:
        for letter in question.options:
            expected[letter] += 1 / len(question.options)
    counts = right_letters(found)
    return sum((counts[letter] - each) ** 2 / each for letter, each in expected.items())
