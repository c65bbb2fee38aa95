"""The static reading of an assignment: names, kinds, and what can't be examined."""

import json

import pytest

from sidebyside.authoring.notebooks import ROOT, assignments
from sidebyside.grading.examiner.order import EXAMINER, STUDENT, steps
from sidebyside.grading.examiner.plan import Plan, hidden_ranges, make_plan
from tests.grading.small_notebooks import (
    given,
    locked,
    markdown,
    notebook,
    plain,
    solution,
    test_cell,
)

FUNCTION = solution("f", "def f(x):\n    return x + 1")


def plan(*cells, **metadata):
    return make_plan(notebook(*cells, **metadata))


def cell(made, label):
    return next(c for c in made.cells if c.label == label)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("def f(): x = 1", "f"),
        ("async def f(): pass", "f"),
        ("class A:\n    y = 2", "A"),
        ("a = 1", "a"),
        ("a, (b, *c) = t", "a b c"),
        ("a: int = 1", "a"),
        ("a: int", ""),
        ("a += 1", "a"),
        ("(a := 1)", "a"),
        ("[w := i for i in t]", "w"),
        ("for i, j in t: k = 1", "i j k"),
        ("with open(p) as file: pass", "file"),
        ("try:\n    a = 1\nexcept E as e:\n    b = 2", "a b"),
        ("def f():\n    global g\n    g = 1", "f g"),
        ("match t:\n    case [p, *q]: pass", "p q"),
        ("import numpy as np\nfrom a import b", ""),
        ("del a", ""),
        ("a.b = 1\na[0] = 2", ""),
        ("%matplotlib inline\na = 1", "a"),
        ("files = !ls", "files"),
        ("%%time\na = 1", "a"),
        ("%%capture out\na = 1", "a out"),
        ("await f()\na = 1", "a"),
    ],
)
def test_names_that_a_solution_binds(code, names):
    assert set(plan(solution("s", code)).student_names) == set(names.split())


def test_kinds_points_and_order():
    made = plan(
        markdown("text"),
        locked("setup", "import numpy as np"),
        FUNCTION,
        plain("f(2)"),
        test_cell("t", "assert f(1) == 2", points=3),
        solution("essay", "x = 1", grade=True, points=2),
    )
    assert [(c.label, c.kind) for c in made.cells] == [
        ("setup", "locked"),
        ("f", "solution"),
        ("cell 4", "plain"),
        ("t", "test"),
        ("essay", "solution"),
    ]
    assert cell(made, "t").points == 3
    assert cell(made, "essay").by_hand
    assert not cell(made, "t").by_hand


def test_hidden_ranges_include_their_marks():
    text = "a\n### BEGIN HIDDEN TESTS\nb\n### END HIDDEN TESTS\nc"
    assert hidden_ranges(text) == (((2, 4),), False)
    assert hidden_ranges("a\n    ### BEGIN HIDDEN TESTS\nb") == (((2, 3),), True)
    assert hidden_ranges("### END HIDDEN TESTS") == ((), True)


def test_a_test_needs_the_names_it_mentions_through_helpers_too():
    made = plan(
        solution("s", "def f(): pass\ndef g(): pass\ndata = [1]\nunused = 2"),
        locked("helper", "def check(x):\n    assert f() == x"),
        test_cell("t1", "check(1)"),
        test_cell("t2", "assert g()"),
        test_cell("t3", "assert globals()['data']"),
        test_cell("t4", "assert eval('f()')"),
    )
    assert cell(made, "t1").needs == ("f",)
    assert cell(made, "t2").needs == ("g",)
    assert cell(made, "t3").needs == ("data",)
    assert cell(made, "t4").needs == ("f",)


def test_the_last_binder_owns_a_name():
    made = plan(
        locked("a", "x = 1"),
        test_cell("t1", "assert x == 1"),
        solution("s", "x = x + 1"),
        test_cell("t2", "assert x == 2"),
        test_cell("t3", "x = 5"),
        test_cell("t4", "assert x == 5"),
    )
    needs = {c.label: c.needs for c in made.cells}
    assert needs == {"a": ("x",), "t1": (), "s": (), "t2": ("x",), "t3": ("x",), "t4": ()}


def test_imports_of_solutions_are_statements_for_the_examiner():
    made = plan(
        solution("s", "import a.b as c\nif True:\n    from d import e\ndef f():\n    import g")
    )
    assert cell(made, "s").imports == ("import a.b as c", "from d import e")
    assert set(made.imports) == {"a.b", "d", "d.e", "g"}


@pytest.mark.parametrize(
    ("code", "dunders"),
    [
        ("class A: pass", set()),
        ("class A:\n    def __eq__(s, o): pass", {"__eq__", "__ne__"}),
        ("@dataclass\nclass A: pass", {"__eq__", "__ne__"}),
        ("@dataclass(eq=False)\nclass A: pass", set()),
        ("class B:\n    def __lt__(s, o): pass\nclass A(B): pass", {"__lt__"}),
        ("@functools.total_ordering\nclass A: pass", {"__lt__", "__le__", "__gt__", "__ge__"}),
    ],
)
def test_what_a_class_of_the_reference_may_judge(code, dunders):
    assert set(plan(solution("s", code)).judging["A"]) == dunders


CLASS = solution("c", "class A:\n    pass\n\nclass E:\n    def __eq__(self, o): return True")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([solution("f", "def f(): return helper()"), test_cell("t", "helper = 1")], "only a test"),
        (
            [FUNCTION, test_cell("t", "from unittest import mock\nwith mock.patch('m.f'): f(1)")],
            "replaces",
        ),
        ([FUNCTION, test_cell("t", "import builtins\nbuiltins.print = 1")], "assigned to"),
        ([FUNCTION, test_cell("t", "import numpy as np\nnp.dot = None")], "assigned to"),
        ([FUNCTION, test_cell("t", "import inspect\ninspect.getsource(f)")], "source"),
        ([FUNCTION, test_cell("t", "f.__code__")], "looks into"),
        ([FUNCTION, test_cell("t", "In[1]")], "holds the cells"),
        ([FUNCTION, test_cell("t", "%reset -f")], "%reset"),
        ([CLASS, test_cell("t", "a = A()\nassert a == A()")], "no __eq__"),
        ([CLASS, test_cell("t", "assert E() == 3")], "plain data"),
        ([CLASS, test_cell("t", "class B(A): pass")], "inherits"),
        ([FUNCTION, test_cell("t", "f(3)")], "points earned"),
        ([FUNCTION, test_cell("t", "import matplotlib.pyplot as plt\nplt.gca().lines")], "figure"),
        ([solution("s", "open('o.csv', 'w')"), test_cell("t", "open('o.csv')")], "directory"),
        ([solution("s", "from numpy import *"), test_cell("t", "1")], "star"),
        ([FUNCTION, test_cell("t", "### BEGIN HIDDEN TESTS\nassert f(1)")], "pair up"),
        ([FUNCTION, test_cell("t", "assert f(")], "not valid Python"),
        (
            [
                locked("l", "k = 1"),
                solution("s", "def f(): return k"),
                test_cell("t", "k = 2\nf()"),
            ],
            "anew",
        ),
        ([FUNCTION, test_cell("t", "import warnings\nwarnings.simplefilter('error')")], "Warnings"),
    ],
)
def test_what_can_not_be_examined_is_named(cells, said):
    problems = plan(*cells).problems
    assert any(said in p.what and p.advice for p in problems), problems


def test_another_language_is_a_problem_of_the_notebook():
    made = make_plan(notebook(solution("s", "x <- 1"), language="R"))
    assert [p.cell for p in made.problems] == ["notebook"]


@pytest.mark.parametrize(
    "cells",
    [
        [CLASS, test_cell("t", "assert E() == E()")],
        [FUNCTION, test_cell("t", "x = f(1)\nassert x == 2")],
        [FUNCTION, test_cell("t", "assert 'f' in globals()")],
        [
            FUNCTION,
            test_cell(
                "t", "import io, contextlib\nwith contextlib.redirect_stdout(io.StringIO()): f(1)"
            ),
        ],
        [
            locked("l", "import numpy as np"),
            solution("s", "x = np.ones(3)"),
            test_cell("t", "np.sum(x);"),
        ],
        [
            solution("s", "total = 0\nfor i in range(3):\n    total += i"),
            test_cell("t", "i = 1\nassert total == 3"),
        ],
    ],
)
def test_what_can_be_examined_is_no_problem(cells):
    assert plan(*cells).problems == ()


@pytest.mark.parametrize("name", assignments())
def test_the_assignments_of_the_book_can_be_examined(name):
    path = ROOT / "source" / name / f"{name}.ipynb"
    made = make_plan(json.loads(path.read_text(encoding="utf-8")))
    assert made.problems == ()
    assert Plan.from_json(json.loads(json.dumps(made.to_json()))) == made
    assert "torch" in made.imports


def test_the_order_of_the_steps():
    made = plan(locked("l", "a = 1"), plain("b = 2"), FUNCTION, test_cell("t", "assert f(1) == 2"))
    submitted = notebook(
        locked("l", "a = 666"),
        plain("b = 3"),
        plain("added = 1"),
        solution("f", "def f(x): return 7"),
        test_cell("t", "pass"),
        solution("t", "a = 'again'"),
    )
    order = [(s.side, s.position, s.source) for s in steps(made, submitted)]
    assert order == [
        (STUDENT, 0, "a = 1"),
        (EXAMINER, 0, "a = 1"),
        (STUDENT, 1, "b = 3"),
        (STUDENT, 2, "added = 1"),
        (EXAMINER, None, "b = 2"),
        (STUDENT, 3, "def f(x): return 7"),
        (EXAMINER, 4, "assert f(1) == 2"),
        (STUDENT, 5, "a = 'again'"),
    ]


def test_a_given_cell_is_the_instructors_text_on_the_students_side():
    through = given("g", "import math\ndef called(x):\n    return f(x)")
    other = given("h", "def unused():\n    pass")
    made = plan(FUNCTION, through, other, test_cell("t", "assert called(1) == 2"))
    assert cell(made, "g").kind == "given" and made.problems == ()
    assert made.student_names == ("called", "f", "unused")
    assert cell(made, "t").needs == ("called",)
    submitted = notebook(
        FUNCTION,
        given("g", "def called(x):\n    return 2"),
        other,
        plain("called = print"),
        test_cell("t", "pass"),
    )
    text = "".join(through["source"])
    order = [(s.side, s.position, s.source) for s in steps(made, submitted)]
    assert order == [
        (STUDENT, 0, FUNCTION["source"]),
        (STUDENT, 1, text),
        (EXAMINER, None, ""),  # its imports
        (STUDENT, 2, other["source"]),
        (STUDENT, 3, "called = print"),
        (STUDENT, None, text),  # anew, as the test needs it
        (EXAMINER, 4, "assert called(1) == 2"),
    ]


def test_nothing_is_run_in_the_examiner_after_the_last_test():
    cells = [
        FUNCTION,
        plain("a = 1"),
        test_cell("t", "assert f(1) == 2"),
        locked("l", "b = 1"),
        plain("f(1)"),
    ]
    order = steps(plan(*cells), notebook(*cells))
    assert [(s.side, s.position) for s in order] == [
        (STUDENT, 0),
        (STUDENT, 1),
        (EXAMINER, None),
        (EXAMINER, 2),
        (STUDENT, 3),
        (STUDENT, 4),
    ]
