"""A comparison needs a setting only if it fails without it."""

import json
import math
import pickle

import numpy as np
import pytest

from sidebyside import parity
from sidebyside.errors import NonFiniteError, ParityError, ShapeError, TranslationError
from sidebyside.frameworks import NEEDED_MIME, PARITY_MIME
from sidebyside.parity import Needed, Without
from sidebyside.parity.report import Comparison, rows_for

from .test_parity_report import Tags


def differing_by(gap, **options):
    return parity.agree({"output": {"numpy": 1.0, "pytorch": 1.0 + gap}}, **options)


def raising(error):
    def run():
        raise error

    return run


def test_a_row_for_each_setting_with_and_without():
    found = parity.needed(
        differing_by(1e-9),
        {"equal epsilon": lambda: differing_by(1e-3), "bias correction": differing_by(0.25)},
        tolerance=1e-6,
    )
    assert found.everything == pytest.approx(1e-9, rel=1e-3)
    assert [one.setting for one in found.without] == ["equal epsilon", "bias correction"]
    assert [one.largest for one in found.without] == pytest.approx([1e-3, 0.25])
    caption, head, rule, *rows = str(found).splitlines()
    assert caption.startswith("Each setting is needed: ") and "1.0e-06" in caption
    assert head.split("  ")[0] == "setting" and len(head) == len(rule)
    assert [row.split()[-2:] for row in rows] == [["1.0e-09", "1.0e-03"], ["1.0e-09", "2.5e-01"]]
    assert repr(found) == str(found)


@pytest.mark.parametrize(
    "everything",
    [1e-9, np.float32(1e-9), np.array([1e-9]), lambda: 1e-9, lambda: differing_by(1e-9)],
)
def test_a_difference_is_a_comparison_a_number_or_a_function(everything):
    found = parity.needed(everything, {"padding": 2}, tolerance=1e-6)
    assert found.everything == pytest.approx(1e-9, rel=1e-3)
    assert found.without == (Without("padding", 2.0),)


def test_the_difference_is_scaled_as_in_the_comparison():
    large = parity.agree({"output": {"numpy": 1000.0, "pytorch": 1000.5}})
    assert parity.needed(0.0, {"padding": large}, tolerance=1e-4).without[0].largest == 5e-4


@pytest.mark.parametrize("gap", [0.0, 1e-9, 1e-6])
def test_a_setting_without_which_it_still_agrees_is_not_needed(gap):
    with pytest.raises(ParityError, match="1 of 2 settings are not needed") as caught:
        parity.needed(0.0, {"epsilon": 1.0, "the idle one": gap}, tolerance=1e-6)
    assert f"without 'the idle one' it is {gap:.1e}" in str(caught.value)
    assert "'epsilon'" not in str(caught.value)


def test_a_tolerance_of_the_inner_comparison_does_not_decide():
    strict = lambda: differing_by(1e-7, tolerance=1e-9)  # raises, at a difference that is allowed
    with pytest.raises(ParityError, match=r"without 'epsilon' it is 1\.0e-07"):
        parity.needed(0.0, {"epsilon": strict}, tolerance=1e-6)
    (one,) = parity.needed(0.0, {"epsilon": strict}, tolerance=1e-8).without
    assert one.largest == pytest.approx(1e-7) and one.text == "1.0e-07"
    assert one.error == "ParityError"


@pytest.mark.parametrize(
    ("without", "shown"),
    [
        (math.inf, "infinite"),
        (math.nan, "not a number"),
        (raising(ParityError("it differs\nby much")), "fails (ParityError)"),
        (raising(TranslationError("no counterpart for 'a<b'")), "fails (TranslationError)"),
        (raising(NonFiniteError("")), "fails (NonFiniteError)"),
        (lambda: differing_by(math.inf), "fails (NonFiniteError)"),
    ],
)
def test_what_has_no_finite_difference_fails_too(without, shown):
    found = parity.needed(1e-9, {"the order": without}, tolerance=1e-6)
    assert found.without[0].text == shown
    assert str(found).splitlines()[3].endswith(shown)
    bundle = found._repr_mimebundle_()
    assert shown in bundle["text/html"]
    stored = json.loads(json.dumps(bundle[NEEDED_MIME], allow_nan=False))
    assert stored["without"] == [{"setting": "the order", "largest": None, "shown": shown}]


def test_the_reason_of_a_failure_stands_below_the_table():
    no_rule = raising(TranslationError("no counterpart for 'a<b'\nand more"))
    found = parity.needed(0.0, {"pairs": no_rule}, tolerance=1e-6)
    assert str(found).splitlines()[-1] == "Without pairs: no counterpart for 'a<b'"
    assert found._repr_mimebundle_()["text/html"].endswith(
        "<p>Without pairs: no counterpart for &#x27;a&lt;b&#x27;</p>"
    )


def test_a_nan_among_the_rows_is_not_passed_by():
    rows = rows_for("output", "", {"numpy": np.array(1.0), "pytorch": np.array(1.0)})
    broken = Comparison((*rows, _with_nan(rows[0])), ("numpy", "pytorch"), "float64")
    assert math.isnan(parity.needed(0.0, {"x": broken}, tolerance=1.0).without[0].largest)
    with pytest.raises(ParityError, match="is nan, above the tolerance"):
        parity.needed(broken, {"x": 2.0}, tolerance=1.0)


def _with_nan(row):
    return type(row)(row.what, "bad", row.pair, row.shape, math.nan, math.nan)


@pytest.mark.parametrize("everything", [1e-3, math.inf, math.nan, lambda: differing_by(1.0)])
def test_with_everything_set_it_has_to_agree(everything):
    with pytest.raises(ParityError, match="with everything set the largest difference is"):
        parity.needed(everything, {"epsilon": 1.0}, tolerance=1e-6)


@pytest.mark.parametrize("error", [ParityError("p"), TranslationError("t"), NonFiniteError("n")])
def test_an_error_with_everything_set_is_raised(error):
    with pytest.raises(type(error)):
        parity.needed(raising(error), {"epsilon": 1.0}, tolerance=1e-6)


@pytest.mark.parametrize("error", [KeyError("epsilom"), ShapeError("nothing to compare")])
def test_a_mistake_in_the_comparison_does_not_count_as_its_failure(error):
    with pytest.raises(type(error)):
        parity.needed(0.0, {"epsilon": raising(error)}, tolerance=1e-6)


@pytest.mark.parametrize(
    ("everything", "without", "tolerance", "error", "message"),
    [
        (0.0, {}, 1e-6, ValueError, "no setting to take away"),
        (0.0, {" ": 1.0}, 1e-6, ValueError, "a setting is named ' '"),
        (0.0, {3: 1.0}, 1e-6, ValueError, "a setting is named 3"),
        (0.0, {"a": -1.0}, 1e-6, ValueError, "without 'a' gave -1.0e[+]00"),
        (-1.0, {"a": 1.0}, 1e-6, ValueError, "with everything set gave -1"),
        (0.0, {"a": 1.0}, -1e-6, ValueError, "tolerance is -1e-06"),
        (0.0, {"a": 1.0}, math.nan, ValueError, "tolerance is nan"),
        (0.0, {"a": 1.0}, math.inf, ValueError, "tolerance is inf"),
        (0.0, {"a": 1.0}, True, ValueError, "tolerance is True"),
        (0.0, {"a": None}, 1e-6, ShapeError, "without 'a' is None"),
        (0.0, {"a": True}, 1e-6, ShapeError, "without 'a' gave bool"),
        (0.0, {"a": [1.0, 2.0]}, 1e-6, ShapeError, r"gave list of shape \(2,\)"),
        (0.0, {"a": Comparison((), (), "float64")}, 1e-6, ShapeError, "'a' has no rows"),
        (lambda: None, {"a": 1.0}, 1e-6, ShapeError, "with everything set is None"),
    ],
)
def test_misuse_is_named(everything, without, tolerance, error, message):
    with pytest.raises(error, match=message):
        parity.needed(everything, without, tolerance=tolerance)


def test_it_is_stored_under_a_type_of_its_own_and_is_no_parity_table():
    found = Needed(1e-9, (Without("equal <epsilon>", 1e-3),), 1e-6, "Adam's settings")
    bundle = found._repr_mimebundle_()
    assert PARITY_MIME not in bundle and NEEDED_MIME != PARITY_MIME
    assert bundle["text/plain"] == str(found)
    assert bundle[NEEDED_MIME] == {
        "title": "Adam's settings",
        "tolerance": 1e-6,
        "everything": 1e-9,
        "without": [{"setting": "equal <epsilon>", "largest": 1e-3, "shown": "1.0e-03"}],
    }
    html = bundle["text/html"]
    tags = Tags()
    tags.feed(html)
    assert [tag for tag, _ in tags.seen][:2] == ["table", "caption"]
    assert {attrs.get("scope") for tag, attrs in tags.seen if tag == "th"} == {"col", "row"}
    assert "equal &lt;epsilon&gt;" in html and "background: transparent" in html


def test_the_error_keeps_its_number_in_a_pickle():
    with pytest.raises(ParityError) as caught:
        differing_by(0.5, tolerance=1e-6)
    assert caught.value.largest == 0.5
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.largest == 0.5 and str(again) == str(caught.value)
    assert ParityError("no number").largest is None
