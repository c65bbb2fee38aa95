"""Is the answer under the question? What visible tests compute, and what can be copied."""

import nbformat
import pytest

from sidebyside.grading.checking.check import check
from sidebyside.grading.checking.target import target
from sidebyside.grading.checking.visible import assembled, computed, hidden_only, rests_on, split
from tests.grading.checking_assignment import code, solution, test_cell
from tests.grading.in_process import execute

SCALE = solution("scale", "return x / x.sum(axis=1, keepdims=True)", "x")
LITERAL = """
    x = np.array([[1.0, 3.0]])
    found = scale(x)
    assert abs(found[0, 0] - 0.25) < 1e-9, f"got {found[0, 0]}"
"""
FRESH = """
    x = np.random.default_rng(3).uniform(1, 2, size=(2, 3))
    expected = x / x.sum(axis=1, keepdims=True)
    assert abs(scale(x.copy()) - expected).max() < 1e-9
"""
LATE = """
    x = np.random.default_rng(3).uniform(1, 2, size=(2, 3))
    found = scale(x)
    assert abs(found - x / np.maximum(x.sum(axis=1, keepdims=True), 1e-9)).max() < 1e-9
"""


def made(visible, hidden="", answer=SCALE):
    cells = [code("import numpy as np", "setup", locked=True), answer]
    cells.append(test_cell("test-scale", visible, hidden))
    return target(
        nbformat.v4.new_notebook(cells=cells), assignment="small", name="small", bank=None
    )


def found(target):
    return {(f.kind, f.cell) for f in check([target], execute, mutation=False).findings}


def test_literals_and_calls_are_fine():
    assert list(computed(made(LITERAL))) == []
    assert found(made(LITERAL, FRESH)) == set()


@pytest.mark.parametrize(
    "visible",
    [
        "x = np.ones((2, 2))\nassert (scale(x) == x / 2).all()",
        "x = np.ones((2, 2))\nexpected = x @ x\nassert (scale(x) == expected).all()",
        "x = np.ones((2, 2))\nfound = scale(x)\nassert np.allclose(found, x.mean())",
        "x = np.ones((2, 2))\ndef helper(x):\n    return x / 2\n"
        "assert (scale(x) == helper(x)).all()",
        "size = 2\nx = np.full((size, size), 3.0)\nassert (scale(x) == 1 / size).all()",
        "for x in (np.ones((1, 2)), np.ones((2, 2))):\n    assert (scale(x) == x / 2).all()",
        "check.close(scale(np.ones((1, 2))), np.exp([0.0, 0.0]) / 2, 'it')",
    ],
)
def test_a_visible_test_that_computes_the_expected_value_is_named(visible):
    assert {f.kind for f in computed(made(visible))} == {"visible-test-computes"}


@pytest.mark.parametrize(
    "visible",
    [
        "x = np.ones((2, 2))\nscale(x)\nassert x.tolist() == [[1, 1], [1, 1]]",
        "rng = np.random.default_rng(0)\nx = rng.normal(size=(2, 2))\n"
        "assert scale(x).shape == (2, 2)",
        "x = np.ones((1, 2))\ncheck.close(scale(x), scale(3 * x), 'the scale does not matter')",
        "check.close(scale(np.ones((1, 2))).sum(), 1.0, 'the sum')",
        "cases = {'one': (np.ones((1, 1)), [[1.0]])}\n"
        "for name, (x, expected) in cases.items():\n    check.close(scale(x), expected, name)",
        "x = np.ones((1, 2))\n"
        "for factor in (2, 3):\n    check.close(scale(x * factor), 0.5, f'{factor}')",
    ],
)
def test_properties_of_the_answer_may_be_tried(visible):
    assert list(computed(made(visible))) == []


COPYABLE = """
    x = np.array([[1.0, 3.0]])
    sums = x.sum(axis=1, keepdims=True)
    expected = x / sums
    assert abs(scale(x) - expected).max() < 1e-9
"""


def test_an_answer_can_be_put_together_from_a_test_that_computes_it():
    (codes,) = assembled(made(COPYABLE, FRESH)).values()
    assert "def scale(x):\n    sums = x.sum(axis=1, keepdims=True)\n    return x / sums" in codes


def test_an_answer_that_is_put_together_and_earns_points_is_named():
    assert ("copied-answer-earns-points", "test-scale") in found(made(COPYABLE, FRESH))


def test_under_other_names_too():
    renamed = COPYABLE.replace("x", "given").replace("egivenpected", "expected").replace(
        "magiven", "max").replace("agivenis", "axis")  # fmt: skip
    assert ("copied-answer-earns-points", "test-scale") in found(made(renamed, FRESH))


def test_a_number_that_answers_the_hidden_test_too_is_named():
    same = "assert np.abs(scale(np.full((1, 4), 7.0)) - 0.25).max() < 1e-9"
    literal = "assert np.abs(scale(np.ones((1, 4))) - 0.25).max() < 1e-9"
    assert ("copied-answer-earns-points", "test-scale") in found(made(literal, same))


def test_a_test_has_nothing_to_do_with_the_other_functions_of_its_cell():
    both = SCALE.copy()
    both.source += (
        "\n\n\ndef half(x):\n    ### BEGIN SOLUTION\n    return x / 2\n    ### END SOLUTION"
    )
    cells = [code("import numpy as np", "setup", locked=True), both]
    cells.append(test_cell("test-scale", LITERAL, FRESH))
    cells.append(test_cell("test-half", "assert half(3.0) == 1.5", "assert half(5.0) == 2.5"))
    notebook = nbformat.v4.new_notebook(cells=cells)
    assert found(target(notebook, assignment="small", name="small", bank=None)) == set()
    assert rests_on("half(1)", both.source.replace("x / 2", "2"), both.source)
    assert not rests_on("scale(1)", both.source.replace("x / 2", "2"), both.source)
    through = both.source.replace("x / x.sum", "half(x) / x.sum")
    assert rests_on("scale(1)", through.replace("x / 2", "2"), through)


def test_what_a_given_cell_binds_is_called_like_the_answer():
    given = code("def scaled(x):\n    return scale(x)[0]", "given-scale", locked=True)
    given.metadata["tags"] = ["student-side"]
    by_hand = LITERAL.replace("scale(x)", "scaled(x)").replace("found[0, 0]", "found[0]")
    fresh = "x = np.array([[1.0, 1.0]])\nassert abs(scaled(x) - 0.5).max() < 1e-9"
    cells = [code("import numpy as np", "setup", locked=True), SCALE, given]

    def made(visible):
        notebook = nbformat.v4.new_notebook(cells=[*cells, test_cell("t", visible, fresh)])
        return target(notebook, assignment="small", name="small", bank=None)

    assert found(made(by_hand)) == set()
    late = by_hand.replace("- 0.25", "- x[0, 0] / 4")
    assert ("visible-test-computes", "t") in {(f.kind, f.cell) for f in computed(made(late))}
    answer = SCALE.source.replace("x / x.sum", "x * x.sum")
    assert rests_on("scaled(1)", answer, SCALE.source, given.source)
    assert not rests_on("scaled(1)", answer, SCALE.source)


def test_a_test_that_computes_after_the_call_is_named():
    guarded = solution("scale", "return x / np.maximum(x.sum(axis=1, keepdims=True), 1e-9)", "x")
    assert found(made(LITERAL, LATE, guarded)) == {("computes-after-the-call", "test-scale")}
    early = LATE.replace("found = scale(x)", "found = scale(x.copy())")
    assert found(made(LITERAL, early, guarded)) == set()


def test_a_test_without_arrays_has_nothing_to_do_with_zeroing():
    answer = solution("ones", "return np.ones(n)", "n")
    cells = [code("import numpy as np", "setup", locked=True), answer,
             test_cell("t", "assert ones(2).tolist() == [1.0, 1.0]",
                       "assert ones(5).sum() == 5 and ones(3).shape == (3,)")]  # fmt: skip
    notebook = nbformat.v4.new_notebook(cells=cells)
    assert found(target(notebook, assignment="small", name="small", bank=None)) == set()


def test_hidden_lines_stand_alone_with_their_imports():
    cell = test_cell("t", "import math\nassert math.pi", "assert math.e")
    visible, hidden = split(cell.source)
    assert "math.pi" in visible and "math.e" not in visible
    assert "math.e" in hidden and "math.pi" not in hidden
    alone = hidden_only(nbformat.v4.new_notebook(cells=[cell])).cells[0].source
    assert "import math" in alone and "math.pi" not in alone and "math.e" in alone
