"""Print what a chapter lacks of the standard: ``make standard ONLY=NN-name``.

Without a name, a line for each chapter, and how the right letters of the questions are spread.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from sidebyside.authoring.notebooks import chapters, read
from sidebyside.errors import SideBySideError
from sidebyside.publishing.reading import Size, reading

from . import problems
from .numbers import claims, excuses
from .prose import sentences
from .questions import questions, right_letters, unevenness


def report(path: Path, run: bool) -> int:
    """Print everything about one chapter; the number of problems."""
    cells = read(path).cells
    sizes = reading(cells)
    print(path.stem)
    print(f"  core   {_said(sizes.core)}")
    print(f"  whole  {_said(sizes.whole)}")
    numbers = sum(len(claims(sentence.text)) for sentence in sentences(cells))
    print(f"  {numbers} numbers in prose, {len(excuses(cells))} of them excused")
    letters = [question.right or "?" for question in questions(cells)]
    print(f"  {len(letters)} questions, right letters {' '.join(letters)}")
    found = problems(cells, run=run)
    for problem in found:
        print(f"  {problem}")
    print(f"  {len(found)} problems" if found else "  as the standard asks")
    return len(found)


def overview(paths: list[Path], run: bool) -> int:
    """Print a line for each chapter, and the letters of all; the number of problems."""
    total, asked = 0, []
    for path in paths:
        cells = read(path).cells
        found = problems(cells, run=run)
        asked += questions(cells)
        total += len(found)
        by_rule = Counter(problem.rule for problem in found)
        said = ", ".join(f"{rule} {count}" for rule, count in by_rule.items())
        print(f"{path.stem}: {said or 'as the standard asks'}")
    letters = ", ".join(
        f"{letter} {count}" for letter, count in sorted(right_letters(asked).items())
    )
    print(f"right letters: {letters}; unevenness (chi squared) {unevenness(asked):.1f}")
    return total


def _said(size: Size) -> str:
    return (
        f"{size.words:,} words, {size.lines} lines in {size.code_cells} cells, "
        f"{size.parity_tables} parity tables, {size.formulas} formulas, {size.figures} figures, "
        f"{size.questions} questions: {size.minutes} min"
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make standard", description=__doc__.splitlines()[0])
    parser.add_argument("only", nargs="?", default="", help="such as 08-stable-training, or a file")
    parser.add_argument("--no-run", action="store_true", help="do not run the questions' checks")
    options = parser.parse_args(arguments)
    try:
        if not options.only:
            return int(overview(chapters(), not options.no_run) > 0)
        named = Path(options.only)
        path = named if named.is_file() else chapters(options.only)[0]
        return int(report(path, not options.no_run) > 0)
    except SideBySideError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
