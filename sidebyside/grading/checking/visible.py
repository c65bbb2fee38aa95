"""Is the answer under the question? What a visible test computes, and what can be copied from it.

A visible test may hold literal numbers, shapes and calls of the student's function. Where it
computes the expected value, the answer can be copied from it: ``computed`` finds that by reading,
and ``assembled`` makes answers from the test's own expressions, which must not earn a point.
``zeroing`` and ``refusing`` together find a test that computes the expected value from arrays that
the answer may have changed before.
"""

from __future__ import annotations

import ast
import builtins
import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nbformat import NotebookNode

from sidebyside.grading import syntax
from sidebyside.grading.checking.findings import MEND, Finding
from sidebyside.grading.checking.mutation import without_magics
from sidebyside.grading.checking.target import Target, given, solutions, tests
from sidebyside.grading.examiner.plan import hidden_ranges

MAKERS = {"array", "asarray", "zeros", "ones", "full", "eye", "float32", "float64", "int32"}
LOOKS = {"shape", "ndim", "dtype", "size"}  # says nothing of the values
CHECKS = {"close", "equal", "shape", "that", "check_close"}
MOST_CANDIDATES = 40  # of a task


def split(source: str) -> tuple[str, str]:
    """The visible and the hidden lines of a test cell; each keeps the other's lines as blanks."""
    ranges, _ = hidden_ranges(source)
    visible, hidden = [], []
    for number, line in enumerate(source.splitlines(), start=1):
        inside = any(first <= number <= last for first, last in ranges)
        visible.append("" if inside else line)
        hidden.append(line if inside else "")
    return "\n".join(visible), "\n".join(hidden)


def tries_hidden(source: str) -> bool:
    """Whether a test cell has a hidden part that does anything."""
    lines = map(str.strip, split(source)[1].splitlines())
    return any(line and not line.startswith("#") for line in lines)


def _tree(source: str) -> ast.Module | None:
    try:
        return syntax.parse(without_magics(source))
    except (SyntaxError, ValueError):
        return None


def _bound(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and _stores(n)}


def _stores(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store | ast.Del)


def _read(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and not _stores(n)}


def functions(source: str) -> dict[str, list[str]]:
    """The functions that a solution cell defines, with the names of their parameters."""
    tree = _tree(source)
    return {
        node.name: [a.arg for a in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]]
        for node in (tree.body if tree else [])
        if isinstance(node, ast.FunctionDef)
    }


@dataclass
class _Visible:
    """The visible part of a test cell.

    Attributes:
        tree: its syntax.
        students: names that solution cells and given ones bind.
        modules: names that imports bind.
        calls: of the student's functions and classes.
        assigned: what gives each name its value: one statement, or a loop.
    """

    tree: ast.Module
    students: frozenset[str]
    modules: frozenset[str]

    def __post_init__(self) -> None:
        self.calls = [
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Call) and _root(node.func) in self.students
        ]
        self.assigned: dict[str, list[ast.AST]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for name in set().union(*map(_bound, targets)):
                    self.assigned.setdefault(name, []).append(node)
            elif isinstance(node, ast.For | ast.comprehension):
                for name in _bound(node.target):
                    self.assigned.setdefault(name, []).append(node)

    def asks(self, node: ast.AST) -> bool:
        """Whether the student's answer takes part in it."""
        return bool(_read(node) & self.students)

    def arguments(self) -> set[str]:
        """The names that reach the student's function, directly or by what they are made of."""
        found = set()
        for call in self.calls:
            for part in [*call.args, *(k.value for k in call.keywords)]:
                found |= self._inputs(part)
        while True:
            more = set(found)
            for name in found:
                for node in self.assigned.get(name, []):
                    value = (
                        node.iter if isinstance(node, ast.For | ast.comprehension) else node.value
                    )
                    if value is not None and not self.asks(value):
                        more |= self._inputs(value)
            if more == found:
                return found
            found = more

    def _inputs(self, node: ast.AST) -> set[str]:
        defined = {n.name for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef)}
        return _read(node) - self.students - self.modules - set(dir(builtins)) - defined


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _visible(cell: NotebookNode, students: frozenset[str], modules: frozenset[str]):
    tree = _tree(split(cell.source)[0])
    return _Visible(tree, students, modules) if tree else None


def _students(target: Target) -> frozenset[str]:
    found: set[str] = set()
    for cell in [*solutions(target.instructor).values(), *given(target.instructor)]:
        tree = _tree(cell.source)
        for node in tree.body if tree else []:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.add(node.name)
            else:
                found |= _bound(node)
    return frozenset(found)


# --- by reading


def computed(target: Target) -> Iterator[Finding]:
    """Where a visible test computes with what it gives to the student's function."""
    students = _students(target)
    for grade_id, cell in tests(target.instructor).items():
        visible = _visible(cell, students, target.modules)
        if visible is None or not visible.calls:
            continue
        for node, why in _computing(visible):
            yield Finding(
                "visible-test-computes", MEND, grade_id,
                f"Its visible line {node.lineno} {why}: {ast.unparse(node)[:80]!r}.",
                "Write the expected value as literal numbers; compute it in the hidden part.",
            )  # fmt: skip


def _computing(visible: _Visible) -> Iterator[tuple[ast.AST, str]]:
    arguments = visible.arguments()
    free: set[int] = set()  # nodes that may use arguments
    for node in ast.walk(visible.tree):
        for allowed in _allowed(node, visible, arguments):
            free.update(map(id, ast.walk(allowed)))
    told = set()
    for node in ast.walk(visible.tree):
        if not isinstance(node, ast.stmt) or isinstance(node, _COMPOUND):
            continue
        names = [n for n in ast.walk(node) if isinstance(n, ast.Name) and not _stores(n)]
        used = {n.id for n in names if id(n) not in free} & arguments
        if used and node.lineno not in told:
            told.add(node.lineno)
            given = ", ".join(map(repr, sorted(used)))
            yield node, f"computes with {given}, which the answer is given"
    for node in ast.walk(visible.tree):
        if isinstance(node, ast.Call) and _is_check(node) and node.lineno not in told:
            expected = _expected(node)
            if expected is not None and not _is_expected(expected, visible):
                told.add(node.lineno)
                yield node, "computes the expected value"


_COMPOUND = ast.FunctionDef | ast.ClassDef | ast.For | ast.While | ast.With | ast.If | ast.Try


def _allowed(node: ast.AST, visible: _Visible, arguments: set[str]) -> Iterator[ast.AST]:
    """Parts of a test that may use what the answer is given."""
    if isinstance(node, ast.Call):
        if _root(node.func) in {*visible.students, "len", "type", "print"}:
            yield node
        elif _is_check(node) and node.args and _bare(node.args[0]):
            yield node.args[0]  # is it unchanged? what became of it?
    elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        if _made_for_call(node, visible, arguments):
            yield node
    elif isinstance(node, ast.For | ast.comprehension):
        yield node.iter
    elif isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Attribute) and node.attr in LOOKS
    ):
        yield node
    elif isinstance(node, ast.Compare) and _literal(node.comparators[0]) and _bare(node.left):
        yield node.left


def _made_for_call(
    node: ast.Assign | ast.AnnAssign | ast.AugAssign, visible: _Visible, arguments: set[str]
) -> bool:
    """It only makes arguments: what it binds goes to the student's function."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = set().union(*map(_bound, targets))
    made = node.value is None or not visible.asks(node.value)
    return bool(names) and names <= arguments and made


def _is_check(node: ast.Call) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else _root(node.func)
    return name in CHECKS and name not in ("that", "shape")


def _expected(node: ast.Call) -> ast.expr | None:
    if len(node.args) > 1:
        return node.args[1]
    return next((k.value for k in node.keywords if k.arg == "expected"), None)


def _bare(node: ast.AST) -> bool:
    """A name, or a copy of its values: ``x``, ``x[0]``, ``x.tolist()``, ``list(x)``."""
    if isinstance(node, ast.Call) and not node.keywords:
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("tolist", "item"):
            return _bare(node.func.value)
        return isinstance(node.func, ast.Name) and node.func.id == "list" and len(node.args) == 1
    return isinstance(node, ast.Name) or (isinstance(node, ast.Subscript) and _bare(node.value))


def _literal(node: ast.AST) -> bool:
    """Numbers as they are written; a fraction of two is one."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.UnaryOp):
        return _literal(node.operand)
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return all(map(_literal, node.elts))
    if isinstance(node, ast.Dict):
        return all(map(_literal, [k for k in node.keys if k is not None] + node.values))
    if isinstance(node, ast.BinOp):
        return _literal(node.left) and _literal(node.right)
    if isinstance(node, ast.Attribute):
        return node.attr in ("nan", "inf", "pi", "newaxis") and isinstance(node.value, ast.Name)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        made = node.func.attr in MAKERS and isinstance(node.func.value, ast.Name)
        return made and all(map(_literal, [*node.args]))
    return isinstance(node, ast.Name) and node.id in ("float", "int", "bool", "str")


def _is_expected(node: ast.AST, visible: _Visible, deep: int = 4) -> bool:
    """Literal, or what the student's own function gives elsewhere."""
    if _literal(node) or visible.asks(node):
        return True
    if isinstance(node, ast.List | ast.Tuple):
        return all(_is_expected(one, visible, deep) for one in node.elts)
    if isinstance(node, ast.Starred | ast.Subscript):
        return _is_expected(node.value, visible, deep)
    if isinstance(node, ast.Call):  # of zip(…), enumerate(…), and of table.items()
        inner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if inner is not None and node.func.attr == "items":
            return _is_expected(inner, visible, deep)
        passes = _root(node.func) in ("zip", "enumerate")
        return passes and all(_is_expected(one, visible, deep) for one in node.args)
    if isinstance(node, ast.Name) and deep:
        made = visible.assigned.get(node.id, [])
        return bool(made) and all(_is_expected(_value(m), visible, deep - 1) for m in made)
    return False


def _value(made: ast.AST) -> ast.AST:
    """What a statement or a loop gives to the names that it binds."""
    return made.iter if isinstance(made, ast.For | ast.comprehension) else made.value


# --- by trying


def hidden_only(notebook: NotebookNode) -> NotebookNode:
    """The instructor's notebook with its hidden tests alone, where a cell has some.

    An answer can know the literal numbers of the visible part by heart; what it can't know is here.
    """
    notebook = copy.deepcopy(notebook)
    for cell in tests(notebook).values():
        visible, hidden = split(cell.source)
        if tries_hidden(cell.source):
            tree = _tree(visible)
            imports = [n for n in (tree.body if tree else []) if isinstance(n, _IMPORTS)]
            cell.source = "\n".join([*map(ast.unparse, imports), hidden.strip("\n")])
    return notebook


_IMPORTS = ast.Import | ast.ImportFrom


def assembled(target: Target) -> dict[str, list[str]]:
    """Answers made of the visible tests' own expressions: source by solution cell.

    An expression counts if it can be computed from the function's arguments, as the test calls it,
    and from what the test makes of them.
    """
    students = _students(target)
    of_cell = tests(target.instructor)
    found: dict[str, list[str]] = {}
    for group, graded in target.groups.items():
        for task in group:
            for name, parameters in functions(target.reference[task]).items():
                codes = found.setdefault(task, [])
                for grade_id in graded:
                    visible = _visible(of_cell[grade_id], students, target.modules)
                    if visible is not None:
                        codes += _candidates(visible, name, parameters, target.reference[task])
                found[task] = list(dict.fromkeys(codes))[:MOST_CANDIDATES]
    return {task: codes for task, codes in found.items() if codes}


def rests_on(test: str, answer: str, reference: str, between: str = "") -> bool:
    """Whether a test has to do with what an answer changes of the reference.

    A solution cell may hold several functions; a test of one says nothing about the others.

    Args:
        between: the text of given cells, whose functions call the answer's.
    """
    named = ast.parse(without_magics(f"{between}\n{reference}")).body
    bodies = {node.name: node for node in named if _named(node)}
    changed = {
        node.name
        for node in ast.parse(without_magics(answer)).body
        if _named(node) and ast.dump(node) != ast.dump(bodies[node.name])
    }
    reached, tree = set(), ast.parse(without_magics(test))
    more = _read(tree) & set(bodies)
    while more:
        reached |= more
        more = set().union(*(_read(bodies[name]) for name in more)) & set(bodies) - reached
    return bool(reached & changed)


def _named(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef)


def _candidates(
    visible: _Visible, name: str, parameters: list[str], reference: str
) -> Iterator[str]:
    calls = [c for c in visible.calls if isinstance(c.func, ast.Name) and c.func.id == name]
    renamed: dict[str, str] = {}
    for call in calls:
        pairs = [*zip(parameters, call.args, strict=False)]
        pairs += [(k.arg, k.value) for k in call.keywords if k.arg]
        for parameter, value in pairs:
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
                value = value.func.value if value.func.attr == "copy" else value
            if isinstance(value, ast.Name):
                renamed.setdefault(value.id, parameter)
    if not calls:
        return
    found = {
        ast.unparse(node): node
        for node in ast.walk(visible.tree)
        if isinstance(node, ast.expr) and not isinstance(node, _NO_VALUE)
        if not _read(node) & visible.students and not _is_text(node)
    }
    # what is computed first, the literals that a test expects last
    for node in sorted(found.values(), key=lambda n: (not _read(n), -len(ast.unparse(n)))):
        body = _slice(visible, node, renamed)
        if body is not None:
            yield _answer(reference, name, body)


_NO_VALUE = ast.Name | ast.JoinedStr | ast.FormattedValue | ast.Slice | ast.Starred | ast.Lambda


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not isinstance(node.value, int | float)


def _slice(visible: _Visible, node: ast.expr, renamed: Mapping[str, str]) -> list[ast.stmt] | None:
    """The statements of the test that an expression rests on, and its return; None if one of them
    can't stand in the student's function."""
    known = set(renamed) | visible.modules | set(dir(builtins))
    wanted, kept = _read(node) - _bound(node), []
    while wanted - known:
        name = (wanted - known).pop()
        made = visible.assigned.get(name, [])
        if not made or not all(isinstance(m, ast.Assign) for m in made):
            return None
        for statement in made:
            if _read(statement.value) & visible.students:
                return None
            wanted |= _read(statement.value) - _bound(statement.value)
            kept.append(statement)
        known.add(name)
    kept = sorted({id(s): s for s in kept}.values(), key=lambda s: s.lineno)
    imports = [n for n in ast.walk(visible.tree) if isinstance(n, _IMPORTS)]
    rename = _Rename(renamed)
    return imports + [rename.visit(copy.deepcopy(one)) for one in [*kept, ast.Return(node)]]


class _Rename(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.names.get(node.id, node.id), node.ctx)


def _answer(reference: str, name: str, body: list[ast.stmt]) -> str:
    """The solution cell with another body for one of its functions."""
    tree = _tree(reference)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            node.body = body
    return ast.unparse(tree)


_ZEROING = """
def _nonzero(value):
    if isinstance(value, (list, tuple)):
        return any([_nonzero(one) for one in value])
    if isinstance(value, dict):
        return any([_nonzero(one) for one in value.values()])
    if type(value).__module__ == "numpy" and hasattr(value, "flags"):
        return bool(value.flags.writeable and value.dtype.kind in "fiu" and value.any())
    return False


def _zero(value):
    if isinstance(value, (list, tuple)):
        for one in value:
            _zero(one)
    elif isinstance(value, dict):
        for one in value.values():
            _zero(one)
    elif _nonzero(value):
        value[...] = 0
"""


def zeroing(target: Target) -> dict[str, str]:
    """Answers that set the arrays they are given to zero, and then answer by the reference."""
    return _wrapped(target, "    _zero(args), _zero(kwargs)\n")


def refusing(target: Target) -> dict[str, str]:
    """The reference, which refuses arrays that ``zeroing`` would change: what passes with it, too,
    has nothing to do with arrays."""
    line = "    if _nonzero(args) or _nonzero(kwargs):\n        raise ValueError('an array')\n"
    return _wrapped(target, line)


def _wrapped(target: Target, line: str) -> dict[str, str]:
    found = {}
    for task, source in target.reference.items():
        names = functions(source)
        if names:
            code = source + "\n" + _ZEROING
            for name in names:
                code += f"\n_right_{name} = {name}\n\n\ndef {name}(*args, **kwargs):\n{line}"
                code += f"    return _right_{name}(*args, **kwargs)\n"
            found[task] = code
    return found
