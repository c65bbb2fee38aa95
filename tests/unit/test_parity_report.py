"""Tables of differences, and checks whose messages tell how wrong a result is."""

import json
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest

from sidebyside import parity
from sidebyside.errors import NonFiniteError, ParityError, ShapeError
from sidebyside.frameworks import PARITY_MIME
from sidebyside.parity.report import Comparison, rows_for

A = np.array([[1.0, 2.0], [3.0, 400.0]])


def test_importing_it_imports_neither_framework():
    code = (
        "import sys; from sidebyside import parity; parity.check_close([1, 2], [1, 2]); "
        "sys.exit(bool({'tensorflow', 'keras', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=900).returncode == 0


# --- relative_error ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [(1.0, 1.0, 0.0), (1.0, 3.0, 0.5), (1.0, -1.0, 1.0), (0.0, 2.0, 1.0), (0.0, 1e-15, 1e-3)],
)
def test_relative_error_is_the_difference_over_the_sum_of_sizes(a, b, expected):
    assert parity.relative_error(a, b) == pytest.approx(expected)
    assert parity.relative_error([a, 5.0], np.array([b, 5.0])) == pytest.approx(expected)


def test_relative_error_wants_equal_shapes():
    with pytest.raises(ShapeError, match=r"\(2,\) and \(3,\)"):
        parity.relative_error([1, 2], [1, 2, 3])


# --- agree ---------------------------------------------------------------------------------------


def test_agree_has_a_row_for_every_pair():
    comparison = parity.agree({"softmax": {"numpy": A, "tensorflow": A + 1e-3, "pytorch": A}})
    assert [row.pair for row in comparison.rows] == [
        ("numpy", "tensorflow"),
        ("numpy", "pytorch"),
        ("tensorflow", "pytorch"),
    ]
    first = comparison.rows[0]
    assert (first.what, first.name, first.shape) == ("softmax", "", (2, 2))
    assert first.max_abs == pytest.approx(1e-3)
    assert first.max_rel == pytest.approx(1e-3 / 2.001)
    assert comparison.largest == pytest.approx(1e-3 / 400)  # scaled by the largest reference value
    assert comparison.dtype == "float64"


def test_the_tolerance_is_scaled_by_the_largest_reference_value_above_one():
    big = {"x": {"numpy": A, "pytorch": A + 3e-4}}
    small = {"x": {"numpy": A / 1000, "pytorch": A / 1000 + 3e-4}}
    assert parity.agree(big, tolerance=1e-6).tolerance == 1e-6
    with pytest.raises(ParityError, match=r"x, shape \(2, 2\), NumPy and PyTorch: .*3\.0e-04"):
        parity.agree(small, tolerance=1e-6)


def test_check_returns_the_comparison_or_raises():
    comparison = parity.agree({"x": {"numpy": A, "pytorch": A + 0.4}})
    assert comparison.check(0.01) is comparison
    with pytest.raises(AssertionError, match="1 of 1 rows differ by more than the tolerance"):
        comparison.check(1e-6)


def test_agree_takes_tensors_of_both_frameworks():
    torch, tf = pytest.importorskip("torch"), pytest.importorskip("tensorflow")
    comparison = parity.agree(
        {
            "y": {
                "numpy": A.tolist(),
                "tensorflow": tf.Variable(A, dtype=tf.float32),
                "pytorch": torch.tensor(A, requires_grad=True),
            }
        },
        tolerance=1e-6,
        title="A title",
    )
    assert comparison.dtype == "float32" and comparison.title == "A title"


@pytest.mark.parametrize(
    ("arrays", "error", "message"),
    [
        ({"numpy": A}, ShapeError, "1 framework"),
        ({"numpy": A, "jax": A}, ShapeError, "'jax'; the frameworks are"),
        ({"numpy": A, "pytorch": A[0]}, ShapeError, r"\(2, 2\) in NumPy and \(2,\) in PyTorch"),
        ({"numpy": A, "pytorch": A * np.nan}, NonFiniteError, "x in PyTorch holds 4 NaN"),
        ({"numpy": A, "pytorch": None}, ShapeError, "x in PyTorch is None"),
        ({"numpy": A, "pytorch": [[1], [2, 3]]}, ShapeError, "x in PyTorch is no rectangular"),
        ({"numpy": A, "pytorch": "text"}, ShapeError, "expected numbers"),
    ],
)
def test_agree_refuses_what_cannot_be_compared(arrays, error, message):
    with pytest.raises(error, match=message):
        parity.agree({"x": arrays})


def test_agree_does_not_agree_about_nothing():
    with pytest.raises(ShapeError, match="nothing to compare; agree needs at least one quantity"):
        parity.agree({}, tolerance=1e-9)


# --- the table -----------------------------------------------------------------------------------


def long_comparison():
    arrays = {"tensorflow": np.ones(3), "pytorch": np.ones(3)}
    off = {"tensorflow": np.ones(3), "pytorch": np.ones(3) + 1e-4}
    rows = rows_for("loss", "", {name: a.sum() for name, a in arrays.items()})
    for what in ("layer output", "gradient", "parameter after 2 steps"):
        for i in range(40):
            rows += rows_for(what, f"layer{i}/kernel", off if i == 17 else arrays)
    return Comparison(
        tuple(rows), ("tensorflow", "pytorch"), "float64", notes=("a <note>",), steps=2,
        differences=("epsilon is 0.001",), tolerance=1e-9,
    )  # fmt: skip


def test_a_long_comparison_shows_the_worst_of_each_group_and_keeps_every_row():
    comparison = long_comparison()
    assert len(comparison.rows) == 121
    lines = str(comparison).splitlines()
    assert len(lines) <= 28  # 25 of the table, and caption, notes
    assert any(line.startswith("gradient: worst of 40, layer17/kernel") for line in lines)


def test_the_text_table_is_aligned_and_in_scientific_notation():
    text = str(parity.agree({"loss": {"numpy": 1.0, "pytorch": 1.0 + 3.6e-15}}))
    caption, head, rule, row = text.splitlines()
    assert "3.6e-15" in row and "largest difference 3.6e-15" in caption
    assert len(head) == len(rule) == len(row)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


def test_the_notebook_gets_an_accessible_table_that_inherits_its_colours():
    bundle = long_comparison()._repr_mimebundle_()
    assert bundle["text/plain"] == str(long_comparison())
    html = bundle["text/html"]
    tags = Tags()
    tags.feed(html)
    names = [tag for tag, _ in tags.seen]
    assert names[:2] == ["table", "caption"]
    assert {attrs.get("scope") for tag, attrs in tags.seen if tag == "th"} == {"col", "row"}
    assert "background: transparent" in html and "color: inherit" in html and "#" not in html
    assert "a &lt;note&gt;" in html
    assert json.loads(json.dumps(bundle[PARITY_MIME])) == {
        "title": "Same weights, same numbers",
        "frameworks": ["tensorflow", "pytorch"],
        "largest": pytest.approx(1e-4),
        "tolerance": 1e-9,
        "dtype": "float64",
        "steps": 2,
    }


# --- check_close ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (A, A),
        (A + 1e-5, A),
        (A.astype(np.float32), A),
        ([1, 2], (1.0, 2.0)),
        (3, 3.0),
        (np.float64(2.0), 2),
        (np.array([]), np.array([])),
        (True, True),
        ([np.inf, 1.0], [np.inf, 1.0]),
    ],
)
def test_check_close_passes_what_is_right(got, expected):
    assert parity.check_close(got, expected) is None


@pytest.mark.parametrize(
    ("got", "expected", "message"),
    [
        (None, A, "softmax is None: does the function return"),
        (A[0], A, r"shape \(2,\), expected \(2, 2\)"),
        (A.ravel(), A, r"shape \(4,\), expected \(2, 2\) \(the number of entries is right"),
        (A * np.nan, A, r"4 of 4 entries are NaN or infinite \(the first at \(0, 0\)\)"),
        (A * 8, A, r"Every entry is 8 times the expected one"),
        (-A, A, "Every entry has the wrong sign"),
        (A * 0, A, "Every entry is 0"),
        (A + 0.5, A, r"Every entry is off by the same 0\.5"),
        (A.T, A, "It is the transpose"),
        (A + [[0, 0], [0, 7]], A, r"at \(1, 1\) \(got 407, expected 400\)[\s\S]*1 of 4 entries"),
        (1.5, 1.0, r"shape \(\): relative error 2\.0e-01, largest absolute error 5\.0e-01"),
        ("wrong", A, "expected numbers"),
        ([[1], [2, 3]], A, "no rectangular array"),
        (object(), A, "Python objects"),
    ],
)
def test_check_close_tells_how_wrong(got, expected, message):
    with pytest.raises(AssertionError, match=message) as caught:
        parity.check_close(got, expected, what="softmax", hint="subtract the maximum")
    assert str(caught.value).startswith("Hint: subtract the maximum\n")


def test_check_close_is_as_strict_as_it_is_told():
    parity.check_close(1.0 + 1e-4, 1.0, tolerance=1e-3)
    with pytest.raises(AssertionError, match="allowed 1e-05"):
        parity.check_close(1.0 + 1e-4, 1.0, tolerance=1e-5)


@pytest.mark.skipif("not __import__('torch').cuda.is_available()", reason="needs a GPU")
def test_tensors_on_a_gpu_are_taken():
    import torch

    parity.check_close(torch.ones(3, device="cuda"), np.ones(3))


CAUSES = {"the 1/n is missing": [2.0, 4.0], "the sign": [-1.0, -2.0], "a copy of it": [-1.0, -2.0]}


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (np.float32([2.0, 4.0001]), "the 1/n is missing"),
        ((-1, -2), "the sign"),
        ([5.0, 5.0], ""),
        ([2.0], ""),
        (None, ""),
        ([[1.0], [2.0, 3.0]], ""),
        ("2, 4", ""),
        ([float("nan"), 4.0], ""),
    ],
)
def test_likely_cause_recognises_a_mistake_by_its_value(got, expected):
    assert parity.likely_cause(got, CAUSES) == expected


def test_check_close_names_no_factor_of_one():
    right = np.linspace(1.0, 2.0, 9)
    with pytest.raises(ParityError) as caught:
        parity.check_close(right * (1 + 1e-5), right)
    assert "1 times" not in str(caught.value)
