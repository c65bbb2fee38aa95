"""How much a chapter gives to read, and which of it is the core."""

import pytest

from sidebyside.frameworks import NEEDED_MIME
from sidebyside.publishing import reading
from sidebyside.publishing.reading import Size, further, size
from tests.unit.small_course import code, display, markdown, parity, stdout


def going_further(source):
    return markdown(source) | {"metadata": {"tags": ["further"]}}


def test_a_section_that_goes_further_ends_at_the_next_heading_of_its_level_or_a_higher_one():
    cells = [
        markdown("# Title"),
        going_further("### Cost\n\nMuch."),
        code("1 + 1"),
        markdown("#### In bytes"),
        markdown("### Next"),
        going_further("### More"),
        markdown("## A new section"),
        code("2 + 2"),
    ]
    expected = [False, True, True, True, False, True, False, False]
    assert further(cells) == expected


def test_a_heading_inside_a_cell_ends_the_section_after_that_cell():
    cells = [going_further("## More"), markdown("Text.\n\n## Core again"), code("1")]
    assert further(cells) == [True, True, False]
    assert further([going_further("## More\n\n## Core again"), code("1")]) == [True, False]


def test_a_comment_in_fenced_code_is_no_heading():
    cells = [going_further("## More\n\n```python\n# a comment\n```"), code("1")]
    assert further(cells) == [True, True]


def test_a_label_may_stand_above_the_heading():
    assert further([going_further("(more)=\n## More"), code("1")]) == [True, True]
    assert further([going_further("(more)=\nText only."), code("1")]) == [False, False]


def test_a_tag_on_a_cell_without_a_heading_opens_no_section():
    assert further([going_further("Text only."), code("1")]) == [False, False]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Three plain words.", 3),
        ("A [link to read](https://example.org/a_page) counts.", 5),
        ("See {term}`fan-in <fan>` and {cite:t}`he2016deep`.", 5),
        ("The sum $a + b \\cdot c$ is small.", 5),
        ("$$\na + b\n$$\n\nTwo words", 2),
        ("A <!-- note: not read by anyone --> word", 2),
        ("| a | b |\n|---|---|\n| 1 | 2 |", 4),
        ("```python\nx = 1\n```\nword", 1),
        ("```{dropdown} Answer\n**(b).** Because.\n```", 3),
        ("- (a) it stays\n- (b) it doubles", 6),
    ],
)
def test_words(source, expected):
    assert size([markdown(source)]).words == expected


def test_lines_of_code_are_those_that_are_seen():
    cells = [
        code("x = 1\n\n# why\ny = 2"),
        code("hidden = 1\nhidden = 2", tags=["hide-input"]),
        code("removed = 1", tags=["remove-input"]),
        code("neither = 1", tags=["hide-cell"]),
        code(""),
        markdown("```python\na\n\nb\n```\n\n```{dropdown} Answer\nText.\n```"),
    ]
    assert size(cells).lines == 3 + 2
    assert size(cells).code_cells == 1


def test_only_open_comparisons_are_counted():
    shown, rows = parity(), display({NEEDED_MIME: {"without": []}, "text/html": "<table></table>"})
    cells = [code("c", shown), code("c", shown, tags=["hide-output"]), code("needed", rows)]
    assert size(cells).parity_tables == 1


def test_formulas_figures_and_questions():
    cells = [
        markdown("$$\na\n$$\n\ntext\n\n$$b$$"),
        code("plot", display({"image/png": "", "text/plain": "alt"}), stdout("text")),
        code("plot", display({"image/png": ""}), tags=["hide-input"]),
        markdown(
            "**1.** Which?\n\n```{dropdown} Answer\n(a)\n```\n\n:::{dropdown} Answer\n(b)\n:::"
        ),
    ]
    found = size(cells)
    assert (found.formulas, found.figures, found.questions) == (2, 2, 2)


def test_minutes_follow_the_model():
    assert Size().minutes == 0
    assert Size(words=2000).minutes == 10
    assert Size(lines=150).minutes == 10
    assert Size(formulas=2, figures=2, parity_tables=2, questions=2).minutes == 5


def test_a_core_that_uses_up_its_budgets_is_about_an_hour():
    full = Size(4000, 400, 50, 1, formulas=6, figures=8, questions=6)
    assert 55 <= full.minutes <= 65


def test_a_chapter_has_the_sizes_of_its_core_and_of_all():
    cells = [markdown("# One"), going_further("## Two words"), code("x = 1"), code("y = 1")]
    found = reading.reading(cells)
    assert (found.core.words, found.core.lines) == (1, 0)
    assert (found.whole.words, found.whole.lines) == (3, 2)
