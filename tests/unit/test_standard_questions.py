"""Multiple-choice questions: found, tried, and their right letters counted."""

import pytest

from sidebyside.authoring.standard import questions as rule
from sidebyside.authoring.standard.questions import questions, right_letters, unevenness
from sidebyside.authoring.standard.trying import tried
from tests.unit.small_course import code, markdown

CHECK = """
import math

def right(option):
    names = {"z": [1000.0, 999.0], "math": math}
    exec(option, names)
    z = names["z"]
    p = [math.exp(v) for v in z]
    return abs(p[0] / sum(p) - 1 / (1 + math.exp(-1))) < 1e-12
"""


def question(right="c", check=CHECK, options=None, number=1):
    given = options or [
        "`z = [v / max(z) for v in z]`",
        "`z = [min(v, 50) for v in z]`",
        "`z = [v - max(z) for v in z]`",
        "```python\n  z = [float(v) for v in z]\n  ```",
    ]
    listed = "\n".join(f"- ({letter}) {each}" for letter, each in zip("abcd", given, strict=False))
    hidden = f"<!-- check:{check}-->\n\n" if check else ""
    return (
        f"**{number}.** Which line repairs it?\n\n{listed}\n\n{hidden}"
        f"```{{dropdown}} Answer\n**({right}).** Because. **(a)** is not.\n```\n"
    )


def said(*sources, run=True):
    return [str(p) for p in rule.problems([markdown(source) for source in sources], run=run)]


def test_questions_are_found():
    mixed = question("a", "", ["`x`", "y"], 2)
    source = f"## Check yourself\n\n{question()}\n{mixed}\n### More\n- (a) no"
    first, second = questions([code("x"), markdown(source)])
    assert (first.cell, first.right, list(first.options)) == (1, "c", list("abcd"))
    assert first.title == "**1.** Which line repairs it?"
    assert first.code("a") == "z = [v / max(z) for v in z]"
    assert first.code("d") == "z = [float(v) for v in z]"
    assert first.check.startswith("import math") and first.is_code
    assert list(second.options) == ["a", "b"] and not second.is_code and not second.check
    assert "### More" not in second.options["b"]


def test_letters_may_be_written_without_a_parenthesis_before_them():
    source = "**1.** Which?\n\n- a) one\n- b) two\n\n```{dropdown} Answer\n**b.** Two.\n```"
    (found,) = questions([markdown(source)])
    assert found.options == {"a": "one", "b": "two"} and found.right == "b"


def test_a_heading_ends_a_question():
    (found,) = questions([markdown("**1.** Which?\n\n- (a) one\n\n### More\n\n- (b) no option")])
    assert list(found.options) == ["a"]


def test_a_comment_of_a_check_is_no_heading():
    (found,) = questions([markdown(question(check="\n# why\ndef right(option): ...\n"))])
    assert found.check.startswith("# why") and found.right == "c"


def test_exactly_the_marked_option_is_right():
    assert said(question()) == []


def test_a_wrong_mark_is_found():
    (problem,) = said(question(right="a"))
    assert "(a) should be right" in problem and "(c) right" in problem
    assert "OverflowError" in problem  # what the others came to


def test_two_right_options_are_found():
    options = ["`z = [v - max(z) for v in z]`", "`z = [v - 1000 for v in z]`", "`z = z`"]
    (problem,) = said(question(right="a", options=options))
    assert "(a) right, (b) right" in problem


def test_a_check_that_fails_makes_nothing_right():
    (problem,) = said(question(check="\nnothing_here\n"))
    assert "NameError" in problem
    (problem,) = said(question(check="\nx = 1\n"))
    assert "KeyError: 'right'" in problem


def test_a_check_that_ends_the_process_is_found():
    (problem,) = said(question(check="\nimport os\n\ndef right(option):\n    os._exit(3)\n"))
    assert "the process ended" in problem


def test_what_a_check_prints_is_not_taken_for_a_verdict():
    assert said(question(check=f"\nprint('[]'){CHECK}")) == []


def test_options_that_are_code_need_a_check():
    (problem,) = said(question(check=""))
    assert "all are code, and no check" in problem
    assert said(question(check="", options=["`x`", "a word"], right="a")) == []


def test_other_options_may_be_checked_as_text():
    check = "\ndef right(option):\n    return float(option) == 64 ** 0.5\n"
    options = ["1", "8", "64"]
    assert said(question("b", check, options)) == []
    assert len(said(question("a", check, options))) == 1


def test_an_answer_names_an_option():
    (problem,) = said(question(right="e", check="", options=["x", "y"]))
    assert "names no option" in problem


def test_the_checks_can_be_left_out():
    assert said(question(right="a"), run=False) == []


def test_questions_do_not_see_each_others_names():
    assert tried("x = 1\ndef right(option): return option == 'b'", {"a": "a", "b": "b"}) == {
        "a": "wrong",
        "b": "right",
    }
    assert tried("def right(option): return x", {"a": ""})["a"].startswith("NameError")


@pytest.mark.parametrize(
    ("letters", "even"),
    [
        ("abcdabcd", True),
        ("abcdab", True),
        ("bcbbcc", False),
        ("bbbb", False),
        ("abcdbcbbcb", False),
    ],
)
def test_the_spread_of_the_right_letters(letters, even):
    asked = questions(
        [markdown(question(right, "", list("wxyz"), n)) for n, right in enumerate(letters, 1)]
    )
    assert right_letters(asked).total() == len(letters)
    assert (unevenness(asked) <= rule.MOST_UNEVEN) == even


def test_letters_that_are_never_right_are_counted():
    asked = questions([markdown(question("b", "", list("wxyz")))])
    assert right_letters(asked) == {"a": 0, "b": 1, "c": 0, "d": 0}


def test_unevenness_counts_each_option_as_likely_as_the_others_of_its_question():
    asked = questions([markdown(question("a", "", ["x", "y"]))])
    assert unevenness(asked) == pytest.approx((0.5**2 / 0.5) * 2)
