"""The rules of the standard on small made chapters: each finds what it is for, and little else."""

import pytest

from sidebyside.authoring import standard
from sidebyside.authoring.standard import controls, core, names, needed, style
from sidebyside.authoring.standard.__main__ import main
from sidebyside.frameworks import NEEDED_MIME
from tests.unit.small_course import code, display, markdown, parity, stdout


def tagged(cell, *tags):
    return cell | {"metadata": {"tags": list(tags)}}


def said(rule, cells):
    return [str(problem) for problem in rule.problems(cells)]


# the core


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ([markdown("word " * 4001)], "4,001 words of markdown"),
        ([code("x = 1\n" * 401)], "401 visible lines of code"),
        ([code("x = 1")] * 51, "51 visible code cells"),
        ([code("c", parity()), code("c", parity())], "2 open parity tables"),
    ],
)
def test_the_core_has_budgets(cells, says):
    (problem,) = said(core, cells)
    assert says in problem
    outside = [markdown("# A"), tagged(markdown("## More"), "further"), *cells]
    assert said(core, outside) == []


def test_a_core_within_its_budgets_is_fine():
    cells = [markdown("word " * 4000), code("x = 1\n" * 351), *[code("x = 1")] * 49]
    assert said(core, [*cells, code("c", parity(), tags=["hide-input"])]) == []


@pytest.mark.parametrize("cell", [markdown("No heading."), code("x = 1")])
def test_only_headings_are_tagged_further(cell):
    assert "does not begin with a heading" in said(core, [tagged(cell, "further")])[0]


# controls

EXPERIMENT = code("def learns(net):\n    return net > 0.9\n\n\nassert learns(trained)")


@pytest.mark.parametrize(
    "cells",
    [
        [EXPERIMENT, code("assert not learns(shuffled)", tags=["control"])],
        [
            code("assert runs['a'] > 0.9 and x"),
            code("assert not runs['b'] > 0.9", tags=["control"]),
        ],
        [code("assert min(a) > 2 * b"), code("assert not min(c) > 2 * b, 'why'", tags=["control"])],
        [EXPERIMENT, code("for net in two:\n    assert not learns(net)", tags=["control"])],
    ],
)
def test_a_control_negates_a_condition_that_was_asserted(cells):
    assert said(controls, cells) == []


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ([EXPERIMENT], "no code cell is tagged"),
        ([EXPERIMENT, code("print(learns(shuffled))", tags=["control"])], "no `assert not …`"),
        ([EXPERIMENT, code("assert learns(shuffled)", tags=["control"])], "no `assert not …`"),
        (
            [EXPERIMENT, code("def f():\n    assert not learns(x)", tags=["control"])],
            "no `assert not …`",
        ),
        ([EXPERIMENT, code("assert not fails(shuffled)", tags=["control"])], "no earlier cell"),
        (
            [code("assert a > 0.9"), code("assert not a > 0.99", tags=["control"])],
            "no earlier cell",
        ),
        (
            [code("assert max(a) > 1"), code("assert not min(a) > 1", tags=["control"])],
            "no earlier",
        ),
        # all() is no condition by itself: what it is asked of has to be the same
        (
            [code("assert all(x > 1 for x in a)"), code("assert not all(a)", tags=["control"])],
            "no earlier cell",
        ),
        ([code("assert not learns(x)", tags=["control"]), EXPERIMENT], "no earlier cell"),
        ([tagged(markdown("Text"), "control")], "not code"),
    ],
)
def test_a_control_that_negates_nothing_is_a_problem(cells, says):
    assert says in said(controls, cells)[0]


# settings

PARITY = "## Same weights, same numbers\n\nSet `momentum=0.01`."
ROWS = display({NEEDED_MIME: {"without": []}, "text/plain": "rows"})


def test_the_parity_section_shows_that_its_settings_are_needed():
    shown = [markdown(PARITY), code("parity.needed(…)", ROWS), markdown("## Next")]
    assert said(needed, shown) == []
    missing = [markdown(PARITY), code("parity.compare(…)"), markdown("## Next"), code("n", ROWS)]
    assert "no rows of parity.needed" in said(needed, missing)[0]
    assert said(needed, [markdown("# Title")]) != []


def test_a_parity_section_without_settings_says_why():
    reason = "<!-- settings: none, both compute this alike by default -->"
    assert said(needed, [markdown(f"{PARITY}\n\n{reason}")]) == []
    assert said(needed, [markdown(f"{PARITY}\n\n<!-- settings: none -->")]) != []


# names


@pytest.mark.parametrize(
    "prose",
    [
        'The row "He, normal" is best.',
        "The `gated` line falls.",
        'The curves "weight 4" and "weight 8" meet.',
        'A "made up" word; the line `fit(x, y)` of code.',
        "The row <!-- the row `nothing` --> is long.",
    ],
)
def test_names_that_exist(prose):
    cells = [
        code("print(1)", stdout("He, normal   0.97\n")),
        code("plot({'gated': 1}, label=f'weight {w:.0f}')"),
        markdown(prose),
    ]
    assert said(names, cells) == []


@pytest.mark.parametrize("prose", ['The row "Xavier" is best.', "The rows `gated` and `closed`."])
def test_names_that_do_not_exist(prose):
    cells = [code("plot({'gated': 1})  # Xavier, closed"), markdown(prose)]
    (problem,) = said(names, cells)
    assert "Xavier" in problem or "closed" in problem


def test_what_an_alternative_text_quotes_is_in_the_picture():
    alt = 'A falling line, "training", above a level one, "test", over all the epochs of the run.'
    picture = display({"image/png": "", "text/plain": alt}, {"image/png": {"alt": alt}})
    (problem,) = said(names, [code(f"plot(label='training', alt={alt!r})", picture)])
    assert "'test'" in problem


# words and code


@pytest.mark.parametrize(
    "prose",
    [
        "The blame goes to the first layer.",
        "Which line mends it?",
        "The slope of the network is small.",
        "It needs a larger rate.",
    ],
)
def test_words_that_have_a_better_one(prose):
    assert len(said(style, [markdown(prose)])) == 1


@pytest.mark.parametrize(
    "prose",
    [
        "A learning rate, the dropout rate and the rate of convergence; `a rate` in code.",
        "The slope of the line; we recommend tremendous amendments.",
        "A leaky ReLU with a slope of 0.1 <!-- blame -->",
    ],
)
def test_words_that_are_fine(prose):
    assert said(style, [markdown(prose)]) == []


def test_alternative_texts_are_searched_too():
    picture = display({"image/png": ""}, {"image/png": {"alt": "Accuracy over the rate, falling."}})
    assert len(said(style, [code("plot()", picture)])) == 1


@pytest.mark.parametrize(
    "source",
    [
        "class V:\n    __add__ = __radd__ = lambda a, b: add(a, b)",
        "f = globals()[name]",
        "x = 1  # noqa: F841",
        "table = {'a': lambda x: x, 'b': lambda x: -x}",
        "table = {'a': (1, lambda x: x), 'b': (2, lambda x: -x)}",
        "table = dict(a=lambda x: x, b=lambda x: -x)",
    ],
)
def test_code_that_no_reviewer_would_accept(source):
    assert len(said(style, [code(source)])) == 1


@pytest.mark.parametrize(
    "source",
    [
        "best = max(runs, key=lambda run: run.score)",
        "table = {'a': relu, 'b': lambda x: x}",
        "%timeit globals()",
        "class V:\n    def __add__(self, other):\n        return add(self, other)",
    ],
)
def test_code_that_is_fine(source):
    assert said(style, [code(source)]) == []


# all of it


def test_problems_come_in_the_order_of_the_page():
    cells = [code("x = 1  # noqa"), markdown("It is 0.123."), code("f = globals()")]
    found = standard.problems(cells)
    assert [problem.cell for problem in found] == sorted(problem.cell for problem in found)
    assert {problem.rule for problem in found} == {"control", "settings", "number", "style"}


def test_the_command_prints_the_problems_and_fails(tmp_path, capsys):
    from sidebyside.authoring.notebooks import write
    from tests.unit.test_authoring import notebook_of

    path = tmp_path / "08-x.ipynb"
    write(notebook_of("f = globals()"), path)
    assert main([str(path)]) == 1
    printed = capsys.readouterr().out
    assert "cell 0: style: `globals()`" in printed and "no code cell is tagged" in printed


def test_the_command_names_the_chapters_where_the_name_is_none(capsys):
    assert main(["99-nothing"]) == 1
    assert "04-backpropagation" in capsys.readouterr().err
