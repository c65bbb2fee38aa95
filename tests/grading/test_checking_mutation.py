"""The mutants of a reference solution: what is changed, what is left, and in which order."""

import ast
import dataclasses

import pytest

from sidebyside.authoring.answers import solution_cells
from sidebyside.authoring.notebooks import ROOT, assignments, read
from sidebyside.grading.checking.accepted import Accepted
from sidebyside.grading.checking.mutation import imported_names, mutants, sample


def changes(source, operator=None, modules=("np",)):
    """(was, becomes) of every mutant, stripped; of one operator if it is given."""
    return {
        (m.was.strip(), m.becomes.strip())
        for m in mutants("task", source, modules)
        if operator in (None, m.operator)
    }


def becomes(source, operator=None):
    return {new for _, new in changes(source, operator)}


@pytest.mark.parametrize(
    ("operator", "line", "wanted"),
    [
        ("constant", "y = x + 3", {"y = x + 4", "y = x + 2", "y = x + 6", "y = x + -3"}),
        ("constant", "y = x + 0.5", {"y = x + 1.5", "y = x + 0.0", "y = x + -0.5"}),
        ("arithmetic", "y = x - 3 * z", {"y = x + 3 * z", "y = x - 3 / z"}),
        ("arithmetic", "y = x @ z", {"y = x * z"}),
        ("operands-swapped", "y = x @ z", {"y = z @ x"}),
        ("operand-dropped", "y = x + z", {"y = x", "y = z"}),
        ("comparison", "y = x < z", {"y = x <= z", "y = x > z"}),
        ("comparison", "y = x is not None", {"y = x is None"}),
        ("boolean-operator", "y = x and z", {"y = x or z"}),
        ("boolean", "y = x.sum(keepdims=True)", {"y = x.sum(keepdims=False)"}),
        ("axis", "y = x.sum(axis=-1)", {"y = x.sum(axis=0)", "y = x.sum(axis=1)"}),
        ("keyword-dropped", "y = x.sum(axis=-1)", {"y = x.sum()"}),
        ("function", "y = np.zeros(3)", {"y = np.ones(3)"}),
        ("function", "y = x.max()", {"y = x.min()"}),
        ("function", "y = x.sum()", {"y = x.mean()"}),
        ("arguments-swapped", "y = f(x, z)", {"y = f(z, x)"}),
        ("call-removed", "y = np.exp(x)", {"y = x"}),
        ("call-removed", "y = x.copy()", {"y = x"}),
        ("transpose-dropped", "y = x.T @ z", {"y = x @ z"}),
        ("negation-dropped", "y = not x", {"y = x"}),
        ("negation-dropped", "y = -x", {"y = x"}),
        ("slice", "y = x[a:b]", {"y = x[a + 1:b]", "y = x[a - 1:b]", "y = x[a:b + 1]"}),
        ("slice", "y = x[1:]", {"y = x[1:-1]", "y = x[:]"}),
        ("augmented", "x += y", {"x = y"}),
        ("arithmetic", "x += y", {"x -= y"}),
        ("statement-dropped", "x[0] = y", {"pass"}),
        ("statement-dropped", "x = f(x)", {"pass"}),
        ("branch", "y = a if c else b", {"y = b if c else a", "y = a", "y = b"}),
        ("condition-dropped", "y = [a for a in x if a]", {"y = [a for a in x]"}),
        ("targets-swapped", "a, b = x", {"(b, a) = x"}),
    ],
)
def test_each_operator_changes_what_it_should(operator, line, wanted):
    assert wanted <= becomes(f"def f(x, y, z, a, b, c):\n    {line}\n    return x", operator)


def test_the_wrong_element_is_returned():
    source = "def f(x):\n    return x + 1, x"
    assert {"return (x, x + 1)"} <= becomes(source, "elements-swapped")
    assert {"return x + 1", "return x"} <= becomes(source, "return")


@pytest.mark.parametrize("name", assignments())
def test_every_mutant_compiles_and_differs_from_the_reference_and_from_the_others(name):
    """On the real solutions: no two the same, none that means what the reference does."""
    notebook = read(ROOT / "source" / name / f"{name}.ipynb")
    modules = imported_names(c.source for c in notebook.cells if c.cell_type == "code")
    for task, cell in solution_cells(notebook).items():
        found = mutants(task, cell.source, modules)
        assert len(found) > 15, task
        trees = [ast.dump(ast.parse(m.code)) for m in found]
        assert len({*trees, ast.dump(ast.parse(cell.source))}) == len(found) + 1
        assert len({m.key for m in found}) == len(found), "keys must tell them apart"
    assert found == mutants(task, cell.source, modules)


def test_equal_lines_are_told_apart_by_their_place():
    found = mutants("task", "def f(x):\n    if x:\n        return x + 1\n    return x + 1")
    pairs = [(m.line, m.nth) for m in found if m.becomes.strip() == "return x - 1"]
    assert pairs == [(3, 1), (4, 2)]
    assert len({m.key for m in found}) == len(found)
    first, second = (m for m in found if m.becomes.strip() == "return x - 1")
    entry = Accepted("task", "return x + 1", "return x - 1", "so")
    assert (entry.matches(first), entry.matches(second)) == (True, False)
    entry = dataclasses.replace(entry, nth=2)
    assert (entry.matches(first), entry.matches(second)) == (False, True)


def test_a_change_without_a_change_of_bytecode_is_no_mutant():
    """Python leaves out the branch of a constant condition: to do so by hand changes nothing."""
    assert becomes("y = x if True else z", "branch") == {"y = z if True else x"}
    assert becomes("y = x if c else z", "branch") == {"y = z if c else x", "y = x", "y = z"}


def test_what_is_said_is_not_changed():
    """Messages, annotations, docstrings and imports are nobody's mistake."""
    source = (
        'def f(x: "np.ndarray[2]" = None) -> int:\n'
        '    """Twice 3."""\n'
        "    import math as m\n"
        '    assert x, f"{1 + 2} is 3"\n'
        '    raise ValueError(f"wants {2 * 3}", 7)\n'
    )
    for old, new in changes(source):
        assert new == "pass" or old.startswith("assert"), (old, new)


def test_only_the_marked_solution_is_changed():
    source = (
        "h = 1e-5\ndef f(x, n=3):\n    ### BEGIN SOLUTION\n    return x * 2\n"
        "    ### END SOLUTION\ny = 5\n"
    )
    assert {m.line for m in mutants("task", source)} == {4}
    assert {m.line for m in mutants("task", source.replace("###", "#"))} == {1, 2, 4, 6}


def test_comments_and_lines_beside_the_change_stay():
    source = "def f(x):\n    y = (x + 1) * (  # first\n        x - 2)\n    return y  # last\n"
    for m in mutants("task", source):
        assert "# last" in m.code or "return" in m.was
    assert any(m.becomes == "    y = (x - 1) * (  # first" for m in mutants("task", source))


def test_parentheses_are_set_where_precedence_wants_them():
    assert "y = (x + 1) ** 2" in becomes("y = -(x + 1) ** 2", "negation-dropped")
    for m in mutants("task", "y = a * b * c\n"):
        ast.parse(m.code)
    assert "y = (a + b) / c" in becomes("y = (a + b) * c", "arithmetic")


def test_magics_and_text_that_is_not_python():
    assert mutants("task", "%%bash\nls") == []
    assert mutants("task", "def f(:") == []
    assert becomes("%matplotlib inline\ny = x + z", "arithmetic") == {"y = x - z"}


def test_a_method_and_a_function_of_a_module_lose_different_calls():
    assert becomes("y = np.square(x)", "call-removed") == {"y = x"}
    assert becomes("y = x.reshape(z)", "call-removed") == {"y = x"}
    assert {new for _, new in changes("y = x.f(z)", "call-removed", modules=("x",))} == {"y = z"}


def test_a_sample_takes_every_kind_and_stays_the_same():
    source = read(ROOT / "source/attention/attention.ipynb")
    text = solution_cells(source)["attention"].source
    found = mutants("attention", text, {"np"})
    some = sample(found, 20)
    assert len(some) == 20
    assert some == sample(list(reversed(found)), 20)
    kinds = {m.operator for m in found}
    assert {m.operator for m in some} == kinds if len(kinds) <= 20 else len(kinds) == 20
    assert sample(found, 10_000) == found
    wanted = next(m for m in found if m not in some)
    assert wanted in sample(found, 20, always=[wanted.key])


def test_a_diff_shows_the_change():
    (mutant,) = [m for m in mutants("t", "a = 1\ny = x < z\nb = 2") if m.becomes == "y = x > z"]
    assert "-y = x < z\n+y = x > z" in mutant.diff("a = 1\ny = x < z\nb = 2")
    assert (mutant.line, mutant.was) == (2, "y = x < z")
