"""An experiment's assert is tried on its control, where it has to be false.

A code cell tagged ``control`` has an ``assert not …`` whose condition was asserted before, on
what the experiment claims. "The same condition" is checked as one of two:

- it is a call of a function that a cell of the chapter defines, and an earlier cell asserts a call
  of that function: ``assert learns(net)`` and ``assert not learns(shuffled)``;
- it is the same expression but for names and strings: ``assert min(runs["gated"]) > 0.9`` and
  ``assert not min(runs["plain"]) > 0.9``. Numbers and operators are the same.

An earlier assert may join the condition to others with ``and``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from sidebyside.publishing.chapters import text
from sidebyside.publishing.reading import tags

from .problem import Problem

RULE = "control"
CONTROL = "control"


def problems(cells: Sequence[dict]) -> Iterator[Problem]:
    """A chapter without controls, and controls that negate no condition asserted before."""
    asserted: set[str] = set()
    defined: set[str] = set()
    seen = False
    for index, cell in enumerate(cells):
        is_control = CONTROL in tags(cell)
        if cell["cell_type"] != "code":
            if is_control:
                yield Problem(RULE, index, "the tag is on a cell that is not code")
            continue
        tree = parsed(text(cell["source"]))
        if is_control:
            seen = True
            yield from _judged(index, tree, asserted, defined)
        else:
            defined |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
            asserted |= {
                key
                for test in _tests(tree)
                for condition in _conjuncts(test)
                for key in _keys(condition, defined)
            }
    if not seen:
        yield Problem(RULE, -1, f"no code cell is tagged {CONTROL!r}")


def _judged(index: int, tree: ast.Module, asserted: set[str], defined: set[str]):
    negated = [
        test.operand
        for test in _tests(tree)
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    ]
    if not negated:
        yield Problem(RULE, index, "no `assert not …` outside a function")
    elif not any(_keys(condition, defined) & asserted for condition in negated):
        said = "; ".join(f"`{ast.unparse(condition)}`" for condition in negated)
        yield Problem(RULE, index, f"no earlier cell asserts the condition that is negated: {said}")


def parsed(source: str) -> ast.Module:
    """The syntax tree of a cell; an empty one where the cell is not plain Python."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module([], [])


def _tests(tree: ast.AST) -> Iterator[ast.expr]:
    """The conditions of the asserts that the cell runs itself, not in a function or class."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Assert):
            yield node.test
        elif not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            yield from _tests(node)


def _conjuncts(test: ast.expr) -> list[ast.expr]:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return [each for value in test.values for each in _conjuncts(value)]
    return [test]


def _keys(condition: ast.expr, defined: set[str]) -> set[str]:
    """What two conditions share where they are the same."""
    found = {ast.dump(_Anonymous().visit(parsed(ast.unparse(condition))))}
    called = condition.func if isinstance(condition, ast.Call) else None
    if isinstance(called, ast.Name) and called.id in defined:
        found.add(f"call of {called.id}")
    return found


class _Anonymous(ast.NodeTransformer):
    """Forgets names and strings, except the names of what is called."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        called = node.func
        self.generic_visit(node)
        if isinstance(called, ast.Name):
            node.func = ast.Name(f"call:{called.id}", ast.Load())
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name("name", node.ctx)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant("text") if isinstance(node.value, str) else node
