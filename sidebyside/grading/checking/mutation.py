"""Small mistakes made on purpose in a reference solution: do the tests notice?

A mutant is a solution cell with one change: a constant, an operator, an axis, a dropped line. A
mutant that keeps every point is a *survivor*: a mistake that a student can make and not pay for, or
a change that makes no difference. Nothing runs here: cells are read and written, not executed.
"""

from __future__ import annotations

import ast
import copy
import dataclasses
import difflib
import dis
import hashlib
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import CodeType

from sidebyside.grading import syntax

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"

OPPOSITES = {
    ast.Add: (ast.Sub, "+", "-"),
    ast.Sub: (ast.Add, "-", "+"),
    ast.Mult: (ast.Div, "*", "/"),
    ast.Div: (ast.Mult, "/", "*"),
    ast.FloorDiv: (ast.Div, "//", "/"),
    ast.Mod: (ast.FloorDiv, "%", "//"),
    ast.Pow: (ast.Mult, "**", "*"),
    ast.MatMult: (ast.Mult, "@", "*"),
    ast.BitAnd: (ast.BitOr, "&", "|"),
    ast.BitOr: (ast.BitAnd, "|", "&"),
    ast.BitXor: (ast.BitAnd, "^", "&"),
    ast.LShift: (ast.RShift, "<<", ">>"),
    ast.RShift: (ast.LShift, ">>", "<<"),
}
COMPARISONS = {
    ast.Lt: [(ast.LtE, "<", "<="), (ast.Gt, "<", ">")],
    ast.LtE: [(ast.Lt, "<=", "<"), (ast.GtE, "<=", ">=")],
    ast.Gt: [(ast.GtE, ">", ">="), (ast.Lt, ">", "<")],
    ast.GtE: [(ast.Gt, ">=", ">"), (ast.LtE, ">=", "<=")],
    ast.Eq: [(ast.NotEq, "==", "!=")],
    ast.NotEq: [(ast.Eq, "!=", "==")],
    ast.Is: [(ast.IsNot, "is", "is not")],
    ast.IsNot: [(ast.Is, "is not", "is")],
    ast.In: [(ast.NotIn, "in", "not in")],
    ast.NotIn: [(ast.In, "not in", "in")],
}
_PAIRS = (
    "max min, sum mean, zeros ones, zeros_like ones_like, maximum minimum, argmax argmin, "
    "amax amin, any all, sin cos, triu tril, var std, reduce_sum reduce_mean, "
    "reduce_max reduce_min, reduce_any reduce_all, vstack hstack, floor ceil, "
    "logical_and logical_or, append prepend, greater less, cumsum cumprod, sigmoid tanh"
)
RENAMED = {a: b for pair in _PAIRS.split(", ") for a, b in (pair.split(), pair.split()[::-1])} | {
    "sqrt": "square",
    "exp": "expm1",
    "log": "log1p",
    "prod": "sum",
    "relu": "abs",
    "norm": "sum",
    "log_softmax": "softmax",
}
AXES = {"axis", "axes", "dim", "dims"}
TRANSPOSES = {"T", "mT", "H"}


@dataclass(frozen=True)
class Mutant:
    """One changed solution cell.

    Attributes:
        task: the ``grade_id`` of the solution cell.
        operator: the kind of change, such as ``"comparison"``.
        line: of the cell, from 1, where the change begins.
        was: the changed lines of the reference, as they stand there.
        becomes: the lines in their place.
        code: the whole cell.
        nth: which of the cell's places this is, from 1, where equal lines stand more than once.
    """

    task: str
    operator: str
    line: int
    was: str
    becomes: str
    code: str
    nth: int = 1

    @property
    def key(self) -> str:
        """A short name that stays the same as long as the changed lines do."""
        text = "\0".join(self.change + (str(self.nth),) * (self.nth > 1))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def change(self) -> tuple[str, str, str]:
        """The task, the lines that it changes and what they become, without indentation."""
        return self.task, self.was.strip(), self.becomes.strip()

    def diff(self, reference: str) -> str:
        """The change as a unified diff against the cell's source."""
        lines = difflib.unified_diff(
            reference.splitlines(), self.code.splitlines(), self.task, f"{self.task}*", "", "", 1
        )
        return "\n".join(line.rstrip("\n") for line in lines)


def mutants(task: str, source: str, modules: Iterable[str] = ()) -> list[Mutant]:
    """Every mutant of a solution cell that is not the reference in other words.

    Args:
        task: the cell's ``grade_id``.
        source: the cell's text. Where it marks its solution with nbgrader's ``### BEGIN SOLUTION``
            and ``### END SOLUTION``, only what stands between is changed.
        modules: names that imports elsewhere in the notebook bind: ``np.f(x)`` without the call is
            ``x``, and ``array.f(x)`` without it is ``array``.

    Returns:
        In the order of the cell's lines. Empty if the cell is not Python (a cell magic).
    """
    source = without_magics(source)
    try:
        tree = syntax.parse(source)
    except (SyntaxError, ValueError):
        return []
    names = {*modules, *_imported(tree)}
    ranges = _solution_lines(source)
    text = source.encode()
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def span(node: ast.AST) -> tuple[int, int]:
        return (
            starts[node.lineno - 1] + node.col_offset,
            starts[node.end_lineno - 1] + node.end_col_offset,
        )

    seen = {_meaning(source)}
    found: list[Mutant] = []
    for path, node in _walk(tree):
        if not any(first <= node.lineno and node.end_lineno <= last for first, last in ranges):
            continue
        for operator, new, edit in _changes(node, path, names, text, span):
            code = _written(tree, path, node, new, edit, text, span)
            meaning = _meaning(code) if code is not None else None
            if meaning is None or meaning in seen:
                continue
            seen.add(meaning)
            found.append(_mutant(task, operator, source, code))
    return sorted(_numbered(found), key=lambda m: (m.line, m.key))


def _numbered(found: Iterable[Mutant]) -> Iterator[Mutant]:
    """Equal changes of equal lines, told apart by their order in the cell."""
    places = Counter()
    for mutant in sorted(found, key=lambda m: m.line):
        places[mutant.change] += 1
        yield dataclasses.replace(mutant, nth=places[mutant.change])


def sample(found: Sequence[Mutant], limit: int, always: Iterable[str] = ()) -> list[Mutant]:
    """At most ``limit`` mutants, the same ones every time, as many kinds as there are.

    Operators take turns; within one, the order is that of a hash of the change, so that an edit to
    one line of a solution leaves the choice on other lines as it was.

    Args:
        always: keys of mutants that are taken first.
    """
    always = set(always)
    kept = [m for m in found if m.key in always]
    queues: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in sorted(found, key=lambda m: (m.key, m.line)):
        if mutant.key not in always:
            queues[mutant.operator].append(mutant)
    while len(kept) < limit and any(queues.values()):
        for operator in sorted(queues):
            if queues[operator] and len(kept) < limit:
                kept.append(queues[operator].pop(0))
    return sorted(kept, key=lambda m: (m.line, m.key))


def without_magics(source: str) -> str:
    """Line magics and shell commands become comments: they are not Python, and nobody's mistake."""
    if source.lstrip().startswith("%%"):
        return "%%"
    return re.sub(r"^(\s*)([%!])", r"\1#\2", source, flags=re.M)


def _imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(a.asname or a.name).partition(".")[0] for a in node.names}
    return names


def imported_names(sources: Iterable[str]) -> set[str]:
    """The names that ``import`` statements bind in some cells; cells that do not parse are none."""
    names: set[str] = set()
    for source in sources:
        try:
            names |= _imported(syntax.parse(without_magics(source)))
        except (SyntaxError, ValueError):
            continue
    return names


def _solution_lines(source: str) -> list[tuple[int, int]]:
    """Line ranges, both ends included, from 1, that may be changed."""
    ranges, first = [], None
    lines = source.splitlines()
    for number, line in enumerate(lines, 1):
        if line.strip() == BEGIN:
            first = number + 1
        elif line.strip() == END and first is not None:
            ranges.append((first, number - 1))
            first = None
    return ranges or [(1, len(lines) + 1)]


Path = tuple[tuple[str, int | None], ...]
Edit = tuple[int, int, bytes]
Change = tuple[str, ast.AST | None, Edit | None]


def _walk(tree: ast.AST, path: Path = ()) -> Iterator[tuple[Path, ast.AST]]:
    """Nodes that may change, with the way to them; messages, annotations, imports left out."""
    for field, value in ast.iter_fields(tree):
        if field in ("annotation", "returns", "decorator_list", "bases", "msg", "type_params"):
            continue
        items = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, child in items:
            if not isinstance(child, ast.AST):
                continue
            here = (*path, (field, index))
            if hasattr(child, "lineno"):
                yield here, child
            if isinstance(child, ast.Raise | ast.JoinedStr | ast.Import | ast.ImportFrom):
                continue
            yield from _walk(child, here)


def _changes(node, path: Path, modules: set[str], text: bytes, span) -> Iterator[Change]:
    """(operator, new node, edit of the text that gives it or None) for every change of ``node``."""
    field = path[-1][0]
    for kind, changes in _CHANGES:
        if isinstance(node, kind):
            yield from changes(node, field, modules, text, span)


def _constant(node: ast.Constant, field, modules, text, span) -> Iterator[Change]:
    value = node.value
    if isinstance(value, bool):
        yield "boolean", ast.Constant(not value), None
    elif isinstance(value, int | float):
        for new in (value + 1, value - 1, 0, 1, 2 * value, -value):
            kept = type(value)(new)
            if kept != value:
                yield "constant", _number(kept), None


def _number(value: float) -> ast.expr:
    """Source has no negative literals: ``-1`` is a minus sign and ``1``."""
    if value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def _between(left, right, old: str, new: str, text, span) -> Edit | None:
    """Change an operator where it stands, so that the lines around it keep their form."""
    start, stop = span(left)[1], span(right)[0]
    gap = text[start:stop].decode()
    if gap.count(old) != 1 or "#" in gap:
        return None
    return start, stop, gap.replace(old, new).encode()


def _binary(node: ast.BinOp, field, modules, text, span) -> Iterator[Change]:
    other, old, new = OPPOSITES[type(node.op)]
    edit = _between(node.left, node.right, old, new, text, span)
    yield "arithmetic", ast.BinOp(node.left, other(), node.right), edit
    if isinstance(node.op, ast.MatMult | ast.Sub | ast.Div | ast.Pow):
        yield "operands-swapped", ast.BinOp(node.right, node.op, node.left), None
    if isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div | ast.Pow):
        yield "operand-dropped", node.left, None
        if not isinstance(node.op, ast.Div | ast.Pow):
            yield "operand-dropped", node.right, None


def _unary(node: ast.UnaryOp, field, modules, text, span) -> Iterator[Change]:
    if isinstance(node.operand, ast.Constant) and isinstance(node.op, ast.USub):
        value = -node.operand.value
        for new in (value + 1, value - 1, 0, 2 * value):
            yield "constant", _number(type(value)(new)), None
    yield "negation-dropped", node.operand, None


def _compare(node: ast.Compare, field, modules, text, span) -> Iterator[Change]:
    operands = [node.left, *node.comparators]
    for index, op in enumerate(node.ops):
        for other, old, new in COMPARISONS[type(op)]:
            ops = [*node.ops[:index], other(), *node.ops[index + 1 :]]
            edit = _between(operands[index], operands[index + 1], old, new, text, span)
            yield "comparison", ast.Compare(node.left, ops, node.comparators), edit


def _boolean(node: ast.BoolOp, field, modules, text, span) -> Iterator[Change]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield "boolean-operator", ast.BoolOp(other, node.values), None
    for index in range(len(node.values)):
        kept = [v for i, v in enumerate(node.values) if i != index]
        yield "operand-dropped", kept[0] if len(kept) == 1 else ast.BoolOp(node.op, kept), None


def _choice(node: ast.IfExp, field, modules, text, span) -> Iterator[Change]:
    yield "branch", ast.IfExp(node.test, node.orelse, node.body), None
    yield "branch", node.body, None
    yield "branch", node.orelse, None


def _call(node: ast.Call, field, modules, text, span) -> Iterator[Change]:
    if field == "exc":
        return
    function, arguments = node.func, node.args
    if isinstance(function, ast.Attribute | ast.Name):
        name = function.attr if isinstance(function, ast.Attribute) else function.id
        if name in RENAMED:
            renamed = copy.copy(function)
            setattr(renamed, "attr" if isinstance(function, ast.Attribute) else "id", RENAMED[name])
            yield "function", ast.Call(renamed, arguments, node.keywords), None
    plain = [i for i, a in enumerate(arguments) if not isinstance(a, ast.Starred)]
    for first, second in itertools.pairwise(plain):
        swapped = list(arguments)
        swapped[first], swapped[second] = swapped[second], swapped[first]
        yield "arguments-swapped", ast.Call(function, swapped, node.keywords), None
    for index, keyword in enumerate(node.keywords):
        kept = [k for i, k in enumerate(node.keywords) if i != index]
        yield "keyword-dropped", ast.Call(function, arguments, kept), None
        if keyword.arg in AXES and isinstance(_literal(keyword.value), int):
            for axis in (0, 1, -1):
                if axis != _literal(keyword.value):
                    changed = list(node.keywords)
                    changed[index] = ast.keyword(keyword.arg, _number(axis))
                    yield "axis", ast.Call(function, arguments, changed), None
    root = function
    while isinstance(root, ast.Attribute):
        root = root.value
    method = isinstance(function, ast.Attribute) and not (
        isinstance(root, ast.Name) and root.id in modules
    )
    if field != "value" or not isinstance(node, ast.Expr):
        if method:
            yield "call-removed", function.value, None
        elif arguments and not isinstance(arguments[0], ast.Starred):
            yield "call-removed", arguments[0], None


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError):
        return None


def _attribute(node: ast.Attribute, field, modules, text, span) -> Iterator[Change]:
    if node.attr in TRANSPOSES:
        yield "transpose-dropped", node.value, None


def _slice(node: ast.Slice, field, modules, text, span) -> Iterator[Change]:
    one = ast.Constant(1)
    for bound in ("lower", "upper"):
        value = getattr(node, bound)
        if value is None:
            moved = [one if bound == "lower" else _number(-1)]
        elif _literal(value) is None:
            moved = [ast.BinOp(value, ast.Add(), one), ast.BinOp(value, ast.Sub(), one)]
        else:  # a constant: changed as such, and dropped here
            moved = []
        parts = {"lower": node.lower, "upper": node.upper, "step": node.step}
        if value is not None:
            moved.append(None)
        for new in moved:
            yield "slice", ast.Slice(**{**parts, bound: new}), None
    if node.step is not None:
        yield "slice", ast.Slice(node.lower, node.upper, None), None


def _tuple(node: ast.Tuple, field, modules, text, span) -> Iterator[Change]:
    for index in range(len(node.elts) - 1):
        parts = list(node.elts)
        parts[index], parts[index + 1] = parts[index + 1], parts[index]
        kind = "targets-swapped" if isinstance(node.ctx, ast.Store) else "elements-swapped"
        yield kind, ast.Tuple(parts, node.ctx), None


def _comprehension(node, field, modules, text, span) -> Iterator[Change]:
    for index, generator in enumerate(node.generators):
        if generator.ifs:
            changed = copy.copy(node)
            without = ast.comprehension(generator.target, generator.iter, [], generator.is_async)
            changed.generators = [
                without if i == index else g for i, g in enumerate(node.generators)
            ]
            yield "condition-dropped", changed, None


def _return(node: ast.Return, field, modules, text, span) -> Iterator[Change]:
    if isinstance(node.value, ast.Tuple):
        for part in node.value.elts:
            yield "return", ast.Return(part), None
    elif node.value is not None and not isinstance(node.value, ast.Constant):
        yield "return", ast.Return(ast.UnaryOp(ast.USub(), node.value)), None


def _augmented(node: ast.AugAssign, field, modules, text, span) -> Iterator[Change]:
    yield "augmented", ast.Assign([node.target], node.value, lineno=node.lineno), None
    other = OPPOSITES[type(node.op)][0]
    yield "arithmetic", ast.AugAssign(node.target, other(), node.value), None
    yield "statement-dropped", ast.Pass(), None


def _statement(node: ast.stmt, field, modules, text, span) -> Iterator[Change]:
    if isinstance(node, ast.Expr):
        if not isinstance(node.value, ast.Constant):
            yield "statement-dropped", ast.Pass(), None
    elif isinstance(node, ast.Assign):
        # A name that is bound here only would be missing: no test is needed to notice that.
        if not all(isinstance(target, ast.Name) for target in node.targets) or _rebinds(node):
            yield "statement-dropped", ast.Pass(), None
    else:
        yield "statement-dropped", ast.Pass(), None


def _rebinds(node: ast.Assign) -> bool:
    """Whether the value is made from the name's own old value: ``x = f(x)``."""
    used = {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
    return any(isinstance(target, ast.Name) and target.id in used for target in node.targets)


def _condition(node: ast.If, field, modules, text, span) -> Iterator[Change]:
    for value in (True, False):
        yield "condition", ast.If(ast.Constant(value), node.body, node.orelse), None


def _jump(node: ast.stmt, field, modules, text, span) -> Iterator[Change]:
    yield "jump", ast.Continue() if isinstance(node, ast.Break) else ast.Break(), None


_CHANGES = (
    (ast.Constant, _constant),
    (ast.BinOp, _binary),
    (ast.UnaryOp, _unary),
    (ast.Compare, _compare),
    (ast.BoolOp, _boolean),
    (ast.IfExp, _choice),
    (ast.Call, _call),
    (ast.Attribute, _attribute),
    (ast.Slice, _slice),
    (ast.Tuple, _tuple),
    (ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, _comprehension),
    (ast.Return, _return),
    (ast.AugAssign, _augmented),
    (ast.Expr | ast.Assign | ast.If | ast.For | ast.Raise | ast.Assert | ast.Delete, _statement),
    (ast.If, _condition),
    (ast.Break | ast.Continue, _jump),
)


def _written(tree, path: Path, node, new, edit: Edit | None, text: bytes, span) -> str | None:
    """The cell with ``new`` in place of ``node``, as much as possible in the author's own form.

    An ``if`` whose condition becomes a constant is edited at the condition. None if no text gives
    the changed tree (Python can't express it).
    """
    wanted = copy.deepcopy(tree)
    at = wanted
    for field, index in path[:-1]:
        at = getattr(at, field) if index is None else getattr(at, field)[index]
    field, index = path[-1]
    if index is None:
        setattr(at, field, new)
    else:
        getattr(at, field)[index] = new
    ast.fix_missing_locations(wanted)
    goal = ast.dump(wanted)
    edits: list[Edit] = [edit] if edit else []
    if isinstance(node, ast.If) and isinstance(new, ast.If):
        edits.append((*span(node.test), ast.unparse(new.test).encode()))
    try:
        plain = ast.unparse(new)
    except (AttributeError, ValueError):
        return None
    edits += [(*span(node), plain.encode()), (*span(node), f"({plain})".encode())]
    for start, stop, replaced in edits:
        candidate = (text[:start] + replaced + text[stop:]).decode()
        try:
            if ast.dump(syntax.parse(candidate)) == goal:
                return candidate
        except (SyntaxError, ValueError):
            continue
    return None


def _meaning(code: str) -> object:
    """What the cell compiles to, without line numbers; None if it does not compile."""
    try:
        compiled = compile(code, "cell", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    return _code_key(compiled)


def _code_key(code: CodeType) -> tuple:
    """The instructions, with what they name rather than where it stands in a table."""
    steps = [step for step in dis.get_instructions(code) if step.opname != "NOP"]
    number = {step.offset: index for index, step in enumerate(steps)}
    jumps = {*dis.hasjrel, *dis.hasjabs}

    def argument(step: dis.Instruction) -> object:
        if step.opcode in jumps:  # a jump to a NOP goes on with what follows it
            offset = step.argval
            while offset not in number and offset < len(code.co_code):
                offset += 2
            return number.get(offset, -1)
        if isinstance(step.argval, CodeType):
            return _code_key(step.argval)
        return type(step.argval).__name__, repr(step.argval)

    return (
        tuple((step.opname, argument(step)) for step in steps),
        code.co_varnames[: code.co_argcount + code.co_kwonlyargcount],
        code.co_flags,
        code.co_name,
        code.co_exceptiontable,
    )


def _mutant(task: str, operator: str, source: str, code: str) -> Mutant:
    old, new = source.splitlines(), code.splitlines()
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    blocks = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    first, last = blocks[0], blocks[-1]
    return Mutant(
        task,
        operator,
        first[1] + 1,
        "\n".join(old[first[1] : last[2]]),
        "\n".join(new[first[3] : last[4]]),
        code,
    )
