"""The checks of the assignments' visible tests: one sentence, its hint first, no traceback."""

import numpy as np
import pytest

from sidebyside.errors import SideBySideError
from sidebyside.exercises import CheckFailed, Checks, checks, read_hints

HINTS = {"mean": {"divide by the number of examples": 6.0}}


@pytest.fixture
def check(monkeypatch):
    monkeypatch.setattr(checks, "read_hints", {"made": HINTS}.__getitem__)
    return Checks("made")


def said(call, *arguments, **settings):
    with pytest.raises(CheckFailed) as caught:
        call(*arguments, **settings)
    return str(caught.value)


def test_a_right_result_passes(check):
    check.close(np.array([1.0, 2.0]), [1.0, 2.0 + 1e-9], "the pair")
    check.close(2.0, 2.1, "about two", tolerance=0.1)
    check.equal(np.int64(3), 3, "a count")
    check.equal((1, [np.True_, "a"]), [1, [True, "a"]], "nested")
    check.shape(np.ones((2, 3)), (2, 3), "ones")
    check.that(np.bool_(True), "never said")


def test_the_hint_comes_first(check):
    found = said(check.close, 6.0, 2.0, "the mean", hints="mean", hint="another")
    assert found.startswith("Hint: divide by the number of examples\nthe mean, shape ()")


def test_where_no_cause_fits_the_given_hint_is_said(check):
    assert said(check.close, 7.0, 2.0, "it", hints="mean", hint="look").startswith("Hint: look\n")
    assert said(check.close, 7.0, 2.0, "it", hints="mean").startswith("it, shape ()")


def test_a_cause_is_recognised_within_the_tolerance_of_the_check(check):
    close = {"tolerance": 0.01, "hints": "mean"}
    assert said(check.close, 6.005, 2.0, "a spread", **close).startswith("Hint: divide")
    assert said(check.close, 6.02, 2.0, "a spread", **close).startswith("a spread")


def test_a_table_of_hints_that_is_missing_is_an_error_of_the_author(check):
    with pytest.raises(KeyError, match="meen"):
        check.close(6.0, 2.0, "the mean", hints="meen")
    with pytest.raises(SideBySideError, match="no-such"):
        read_hints("no-such")


class Agreeable:
    def __eq__(self, other):
        return True

    def __bool__(self):
        return True


@pytest.mark.parametrize("got", [4, 3.5, True, "3", None, [3], Agreeable(), [Agreeable()]])
def test_what_is_not_equal_fails(check, got):
    assert said(check.equal, got, 3, "the count").startswith("the count is ")


def test_an_object_in_a_list_does_not_judge_itself(check):
    assert "the list is" in said(check.equal, [1, Agreeable()], [1, 2], "the list")
    said(check.equal, [1], [1, 2], "the list")


@pytest.mark.parametrize("condition", [False, None, 1, "yes", Agreeable(), np.ones(2)])
def test_only_a_truth_value_holds(check, condition):
    assert said(check.that, condition, "it does not hold") == "it does not hold"


def test_a_wrong_shape_is_told(check):
    assert said(check.shape, np.ones((3, 2)), (2, 3), "the heads", hint="axis") == (
        "Hint: axis\nthe heads has shape (3, 2), expected (2, 3)"
    )
    assert "None" in said(check.shape, None, (2, 3), "the heads")


def test_a_notebook_shows_the_sentence_alone():
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell()
    shell.push({"check": Checks("made")})
    with capture_output() as shown:
        shell.run_cell("check.that(False, 'the sum is 0.9, expected 1')")
    assert shown.stdout.strip() == "✗ the sum is 0.9, expected 1"
