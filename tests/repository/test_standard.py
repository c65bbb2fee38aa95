"""Every chapter is as the standard asks, or on a list of those still to convert, which shrinks.

What the rules are is in `sidebyside.authoring.standard`, each with its own tests in
`tests/unit/test_standard*.py`. `make standard ONLY=NN-name` prints what a chapter lacks.
"""

import pytest

from sidebyside.authoring.notebooks import chapters, read
from sidebyside.authoring.standard import problems
from sidebyside.authoring.standard.questions import (
    MOST_UNEVEN,
    questions,
    right_letters,
    unevenness,
)

FIRST_EDITION = frozenset(
    {
        "01-what-is-deep-learning",
        "02-neurons-and-layers",
        "03-activation-functions",
        "04-backpropagation",
        "05-losses-and-optimisers",
        "06-the-training-loop",
        "07-regularisation",
        "09-searching-for-models",
        "16-attention-and-transformers",
    }
)
"""The chapters that were there before the standard. No name is ever added here: a chapter that is
new, or was converted, meets the standard."""

NOT_YET = {
    "01-what-is-deep-learning",
    "02-neurons-and-layers",
    "03-activation-functions",
    "04-backpropagation",
    "05-losses-and-optimisers",
    "06-the-training-loop",
    "07-regularisation",
    "09-searching-for-models",
    "16-attention-and-transformers",
}
"""The chapters still to convert. Take a name out when its chapter meets the standard."""

CHAPTERS = chapters()
CONVERTED = [path for path in CHAPTERS if path.stem not in NOT_YET]
STILL_TO_DO = [path for path in CHAPTERS if path.stem in NOT_YET]


def by_name(paths):
    return pytest.mark.parametrize("path", paths, ids=[path.stem for path in paths])


@by_name(CONVERTED)
def test_a_chapter_is_as_the_standard_asks(path):
    assert [str(problem) for problem in problems(read(path).cells)] == []


@by_name(STILL_TO_DO)
def test_a_chapter_on_the_list_is_not_yet_as_the_standard_asks(path):
    # without running the checks of its questions: they are run once nothing else is left
    cells = read(path).cells
    assert problems(cells, run=False) or problems(cells), f"take {path.stem} off NOT_YET"


def test_the_list_only_shrinks():
    assert NOT_YET <= FIRST_EDITION
    assert len(FIRST_EDITION) == 9


def test_the_list_names_chapters_that_exist():
    assert {path.stem for path in STILL_TO_DO} == NOT_YET


def test_there_are_converted_chapters():
    assert CONVERTED


def test_the_right_letters_are_spread_evenly_over_the_converted_chapters():
    asked = [question for path in CONVERTED for question in questions(read(path).cells)]
    assert unevenness(asked) <= MOST_UNEVEN, dict(right_letters(asked))
