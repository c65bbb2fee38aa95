"""What is known of an assignment before any student's code runs: kinds of cells, names, problems.

All of it is read from the instructor's notebook by its syntax; nothing is executed. The result is
plain data, the same for every submission.
"""

from __future__ import annotations

import ast
import builtins
import dataclasses
import re
import symtable
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from sidebyside.grading import syntax

SOLUTION, GIVEN, TEST, LOCKED, PLAIN = "solution", "given", "test", "locked", "plain"
TRUSTED = (TEST, LOCKED, PLAIN)
STUDENTS = (SOLUTION, GIVEN)  # run on the student's side alone
STUDENT_SIDE = "student-side"  # the tag of a locked cell that makes it GIVEN

BEGIN_HIDDEN = re.compile(r"^\s*#+\s*BEGIN HIDDEN TESTS", re.I)
END_HIDDEN = re.compile(r"^\s*#+\s*END HIDDEN TESTS", re.I)

ORDERING = ("__lt__", "__le__", "__gt__", "__ge__")
SPECIAL = re.compile(r"__\w+__")


@dataclass(frozen=True)
class Problem:
    """Something that can't be examined across two kernels.

    Attributes:
        cell: ``grade_id`` of the cell, or ``cell 3`` (counted from 1) for one without; "notebook".
        what: one sentence that says what stands there.
        advice: one sentence that says what to do.
    """

    cell: str
    what: str
    advice: str


@dataclass(frozen=True)
class PlanCell:
    """One code or graded cell of the instructor's notebook.

    Attributes:
        index: position in the instructor's notebook.
        grade_id: nbgrader's name, or None.
        kind: SOLUTION, GIVEN, TEST, LOCKED or PLAIN. A GIVEN cell is the instructor's text, run on
            the student's side alone: what it binds, the tests call over there.
        code: whether it is a code cell.
        source: the instructor's text.
        points: of a graded cell.
        grade, solution, task: nbgrader's marks.
        hidden: ranges (first, last) of lines, counted from 1 and inclusive, of the hidden tests.
        needs: student names to be bound again before the cell runs in the examiner. A name that
            an instructor's cell bound last, before this one, is the instructor's here.
        binds: names that the cell binds, imports excepted.
        imports: import statements of a solution or given cell, executed in the examiner as well.
    """

    index: int
    grade_id: str | None
    kind: str
    code: bool
    source: str
    points: float = 0.0
    grade: bool = False
    solution: bool = False
    task: bool = False
    hidden: tuple[tuple[int, int], ...] = ()
    needs: tuple[str, ...] = ()
    binds: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name by which a person finds the cell."""
        return self.grade_id or f"cell {self.index + 1}"

    @property
    def by_hand(self) -> bool:
        """Whether a person gives its points."""
        return self.task or (self.grade and (self.solution or not self.code))


@dataclass(frozen=True)
class Plan:
    """The static description of an assignment's notebook.

    Attributes:
        cells: code cells and graded cells, in order.
        student_names: names bound by reference solution cells and given ones, imports excepted.
        judging: special methods that a reference's class defines, by the class's name: only these
            may compare, or calculate with data of the tests.
        imports: modules that any cell imports; some of the dotted ones may be no modules.
        problems: what can't be examined.
    """

    cells: tuple[PlanCell, ...]
    student_names: tuple[str, ...] = ()
    judging: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    imports: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain data, for a file or a channel."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """The inverse of :meth:`to_json`; lists in the place of tuples are well."""
        tuples = ("needs", "binds", "imports")
        cells = [
            PlanCell(
                **{
                    **cell,
                    "hidden": tuple((first, last) for first, last in cell["hidden"]),
                    **{name: tuple(cell[name]) for name in tuples},
                }
            )
            for cell in data["cells"]
        ]
        return cls(
            cells=tuple(cells),
            student_names=tuple(data["student_names"]),
            judging={name: tuple(dunders) for name, dunders in data["judging"].items()},
            imports=tuple(data["imports"]),
            problems=tuple(Problem(**problem) for problem in data["problems"]),
        )


def make_plan(instructor: Mapping[str, Any]) -> Plan:
    """Read the instructor's notebook (nbformat 4 as plain data, solutions included)."""
    parsed = [_Cell.read(index, cell) for index, cell in enumerate(instructor["cells"])]
    cells = [cell for cell in parsed if cell.code or cell.marks.get("grade") or cell.task]
    problems = [problem for cell in cells for problem in cell.problems]
    language = _language(instructor)
    if language not in ("", "python", "python3", "ipython"):
        problems.insert(
            0,
            Problem(
                "notebook",
                f"The notebook is written for a kernel of the language {language!r}.",
                "Only Python can be examined; grade this notebook with nbgrader autograde.",
            ),
        )
        cells = [dataclasses.replace(cell, tree=ast.Module([], [])) for cell in cells]

    solutions = [cell for cell in cells if cell.kind in STUDENTS]
    student_names = sorted(set().union(*(cell.binds for cell in solutions)))
    classes = _classes(solutions)
    plans, owner, links = [], {}, {}
    for cell in cells:
        if cell.kind not in STUDENTS:
            mentions = cell.mentions(student_names)
            kept = {name for name, kind in owner.items() if kind not in STUDENTS}
            needs = (_closure(mentions, links) & set(student_names)) - kept
            _link(cell, links)
        else:
            needs = set()
        plans.append(cell.plan(sorted(needs)))
        owner.update(dict.fromkeys(cell.binds, cell.kind))
    problems += _problems(cells, set(student_names), classes)
    unique = dict.fromkeys(problems)
    return Plan(
        cells=tuple(plans),
        student_names=tuple(student_names),
        judging={name: tuple(sorted(found)) for name, found in classes.items()},
        imports=tuple(sorted(set().union(*(cell.modules for cell in cells)))),
        problems=tuple(unique),
    )


# --- one cell ---------------------------------------------------------------------------------


@dataclass
class _Cell:
    """A cell while it is being read."""

    index: int
    code: bool
    marks: Mapping[str, Any]
    source: str
    tree: ast.Module
    bodies: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    hidden: tuple[tuple[int, int], ...] = ()
    tags: tuple[str, ...] = ()

    @classmethod
    def read(cls, index: int, cell: Mapping[str, Any]) -> _Cell:
        source = cell["source"]
        source = source if isinstance(source, str) else "".join(source)
        marks = cell.get("metadata", {}).get("nbgrader") or {}
        made = cls(index, cell["cell_type"] == "code", marks, source, ast.Module([], []))
        if not made.code:
            return made
        made.tags = tuple(cell["metadata"].get("tags") or ())
        problems = []
        made.hidden, unbalanced = hidden_ranges(source)
        if unbalanced:
            problems.append(
                Problem(
                    made.label,
                    "A line BEGIN HIDDEN TESTS and its END HIDDEN TESTS do not pair up.",
                    "Close every hidden part, in the cell in which it begins.",
                )
            )
        try:
            made.tree = parse(source)
        except SyntaxError as error:
            problems.append(
                Problem(
                    made.label,
                    f"The cell is not valid Python: {error.msg} (line {error.lineno}).",
                    "Correct it, or make it a markdown or raw cell.",
                )
            )
        made.problems = tuple(problems)
        return made

    @property
    def label(self) -> str:
        return self.marks.get("grade_id") or f"cell {self.index + 1}"

    @property
    def task(self) -> bool:
        return bool(self.marks.get("task"))

    @property
    def kind(self) -> str:
        if self.marks.get("solution"):
            return SOLUTION
        if self.marks.get("grade"):
            return TEST
        if not self.marks.get("locked"):
            return PLAIN
        return GIVEN if STUDENT_SIDE in self.tags else LOCKED

    @property
    def binds(self) -> set[str]:
        """Names that the cell binds in the notebook's namespace, imports excepted."""
        return _bound(self.tree.body) if self.code else set()

    @property
    def modules(self) -> set[str]:
        found = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found |= {node.module}
                found |= {f"{node.module}.{a.name}" for a in node.names if a.name.islower()}
        return found

    def mentions(self, student_names: Iterable[str]) -> set[str]:
        """Names that the cell reads somewhere, through strings too where it looks names up."""
        found = _names(self.tree)
        if _looks_up(self.tree):
            strings = " ".join(
                node.value
                for node in ast.walk(self.tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            )
            constant = all(
                isinstance(node.slice, ast.Constant)
                for node in ast.walk(self.tree)
                if isinstance(node, ast.Subscript) and _looks_up(node.value)
            )
            words = set(re.findall(r"\w+", strings))
            found |= words if constant and words & set(student_names) else set(student_names)
        return found

    def plan(self, needs: Sequence[str]) -> PlanCell:
        imports = ()
        if self.kind in STUDENTS:
            imports = tuple(ast.unparse(node) for node in _imports(self.tree.body))
        return PlanCell(
            index=self.index,
            grade_id=self.marks.get("grade_id") or None,
            kind=self.kind,
            code=self.code,
            source=self.source,
            points=float(self.marks.get("points") or 0.0),
            grade=bool(self.marks.get("grade")),
            solution=bool(self.marks.get("solution")),
            task=self.task,
            hidden=self.hidden,
            needs=tuple(needs),
            binds=tuple(sorted(self.binds)),
            imports=imports,
        )


def hidden_ranges(source: str) -> tuple[tuple[tuple[int, int], ...], bool]:
    """The line ranges (from 1, inclusive, marks included) of the hidden tests, and whether the
    marks fail to pair up; an open part reaches to the cell's end."""
    ranges, begin, unbalanced = [], None, False
    lines = source.splitlines()
    for number, line in enumerate(lines, start=1):
        if BEGIN_HIDDEN.match(line):
            unbalanced |= begin is not None
            begin = begin or number
        elif END_HIDDEN.match(line):
            if begin is None:
                unbalanced = True
                continue
            ranges.append((begin, number))
            begin = None
    if begin is not None:
        ranges.append((begin, len(lines)))
        unbalanced = True
    return tuple(ranges), unbalanced


_BODY_MAGICS = {"time", "timeit", "capture", "prun"}


def parse(source: str) -> ast.Module:
    """The syntax tree of a notebook cell, IPython's own syntax included.

    The body of a cell magic that runs Python (``%%time``, ``%%capture`` …) counts as the cell; the
    body of any other is text.

    Raises:
        SyntaxError: the cell is not valid.
    """
    magic = re.match(r"\s*%%(\w+)([^\n]*)\n?(.*)", source, re.S)
    if magic and magic[1] in _BODY_MAGICS:
        body = parse(magic[3])
        names = [word for word in magic[2].split() if word.isidentifier()]
        if magic[1] == "capture" and names:
            body.body.insert(0, syntax.parse(f"{names[-1]} = None").body[0])
        return body
    try:
        return syntax.parse(source)
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager

        return syntax.parse(TransformerManager().transform_cell(source))


def _language(notebook: Mapping[str, Any]) -> str:
    metadata = notebook.get("metadata", {})
    named = metadata.get("kernelspec", {}).get("language")
    return str(named or metadata.get("language_info", {}).get("name") or "").lower()


# --- names ------------------------------------------------------------------------------------

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def _bound(body: Sequence[ast.stmt]) -> set[str]:
    """Names that statements of a module bind at its top level, imports excepted."""
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
            found.update(_globals(node))
            return
        if isinstance(node, ast.Lambda):
            return
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            walrus = (n for n in ast.walk(node) if isinstance(n, ast.NamedExpr))
            found.update(n.target.id for n in walrus)
            return
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            found.add(node.rest)
        for child in ast.iter_child_nodes(node):
            visit(child)

    for statement in body:
        if isinstance(statement, ast.AnnAssign) and statement.value is None:
            continue
        visit(statement)
    return found


def _globals(scope: ast.AST) -> set[str]:
    """Names declared ``global`` in a function and bound there."""
    declared, stored = set(), set()
    for node in ast.walk(scope):
        if isinstance(node, ast.Global):
            declared |= set(node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            stored.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            stored.add(node.name)
    return declared & stored


def _imports(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Import statements at the top level, those under ``if``, ``try`` and ``with`` included."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif not isinstance(node, _SCOPES):
            for name in ("body", "orelse", "handlers", "finalbody"):
                for child in getattr(node, name, []):
                    nested = child.body if isinstance(child, ast.ExceptHandler) else [child]
                    yield from _imports(nested)


def _import_names(body: Sequence[ast.stmt]) -> set[str]:
    return {
        (alias.asname or alias.name).split(".")[0]
        for node in _imports(body)
        for alias in node.names
    }


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _looks_up(tree: ast.AST) -> bool:
    """Whether names are looked up by text: ``globals()``, ``eval``, ``user_ns`` …"""
    looking = {"globals", "locals", "vars", "dir", "eval", "exec", "get_ipython"}
    return any(isinstance(n, ast.Name) and n.id in looking for n in ast.walk(tree))


def _link(cell: _Cell, links: dict[str, set[str]]) -> None:
    """Remember what each name of a trusted cell leads to: a helper's function body reads names."""
    for statement in cell.tree.body:
        names = _names(statement)
        bases = {
            base.id
            for node in ast.walk(statement)
            if isinstance(node, ast.Attribute | ast.Subscript)
            and isinstance(base := _base(node), ast.Name)
            and not isinstance(statement, _SCOPES)
        }
        for name in _bound([statement]) | (bases - cell_imports(cell)):
            links.setdefault(name, set()).update(names)


def cell_imports(cell: _Cell) -> set[str]:
    return _import_names(cell.tree.body)


def _base(node: ast.AST) -> ast.AST:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node


def _closure(names: set[str], links: Mapping[str, set[str]]) -> set[str]:
    found, todo = set(names), list(names)
    while todo:
        for name in links.get(todo.pop(), ()):
            if name not in found:
                found.add(name)
                todo.append(name)
    return found


def _free(source: str, tree: ast.Module) -> set[str]:
    """Names that a cell reads from outside: free at its top level, or global in its functions."""
    try:
        table = symtable.symtable(ast.unparse(tree), "cell", "exec")
    except (SyntaxError, ValueError):
        return _names(tree)
    found: set[str] = set()
    own = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}

    def visit(scope: symtable.SymbolTable) -> None:
        for symbol in scope.get_symbols():
            name = symbol.get_name()
            outer = scope.get_type() == "module" or symbol.is_global()
            if symbol.is_referenced() and outer and name not in own:
                found.add(name)
        for child in scope.get_children():
            visit(child)

    visit(table)
    return found | {n for n in own if _read_first(n, tree)}


def _read_first(name: str, tree: ast.Module) -> bool:
    """Whether a top-level statement reads the name before any binds it (``x = x + 1``)."""
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if statement.name == name:
                return False
            continue
        reads = any(
            isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
            for n in ast.walk(statement)
        )
        augmented = isinstance(statement, ast.AugAssign) and name in _names(statement.target)
        binds = name in _bound([statement]) or name in _import_names([statement])
        simple = isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Expr)
        if (simple and reads) or augmented:
            return True
        if binds:
            return False
    return False


def _classes(solutions: Sequence[_Cell]) -> dict[str, set[str]]:
    """Special methods by class of the reference, those inherited from another one included."""
    found: dict[str, set[str]] = {}
    for cell in solutions:
        for node in ast.walk(cell.tree):
            if isinstance(node, ast.ClassDef):
                found[node.name] = _special(node, found)
            elif isinstance(node, ast.Assign) and _is_namedtuple(node.value):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        found[target.id] = {"__eq__", "__ne__", *ORDERING}
    return found


def _is_namedtuple(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _last(node.func).lower() == "namedtuple"


def _special(node: ast.ClassDef, known: Mapping[str, set[str]]) -> set[str]:
    found = {
        item.name
        for item in node.body
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef) and SPECIAL.fullmatch(item.name)
    }
    for target in (t for item in node.body if isinstance(item, ast.Assign) for t in item.targets):
        if isinstance(target, ast.Name) and SPECIAL.fullmatch(target.id):
            found.add(target.id)
    for base in node.bases:
        found |= known.get(_last(base), set())
        if _last(base) == "NamedTuple":
            found |= {"__eq__", "__ne__", *ORDERING}
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        if _last(call.func if call else decorator) == "dataclass":
            options = (
                {k.arg: getattr(k.value, "value", None) for k in call.keywords} if call else {}
            )
            found |= {"__eq__"} if options.get("eq", True) else set()
            found |= set(ORDERING) if options.get("order") else set()
        elif _last(decorator) == "total_ordering":
            found |= set(ORDERING)
    return found | ({"__ne__"} if "__eq__" in found else set())


def _last(node: ast.AST) -> str:
    """The last part of a dotted name; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


# --- problems ---------------------------------------------------------------------------------

_SOURCE_READERS = {"getsource", "getsourcelines", "getsourcefile", "getfile", "getmodule", "dis"}
_CODE_ATTRIBUTES = {"__code__", "__closure__", "__globals__", "__defaults__", "__kwdefaults__"}
_NAMESPACE_MAGICS = {"reset", "reset_selective", "store", "who", "who_ls", "whos", "xdel", "run"}
_READERS = re.compile(r"^(open|load\w*|read_\w+|imread|genfromtxt|fromfile|exists|is_file|Path)$")


def _problems(
    cells: Sequence[_Cell], student_names: set[str], classes: Mapping[str, set[str]]
) -> Iterator[Problem]:
    bound: dict[str, set[str]] = {kind: set() for kind in (*STUDENTS, *TRUSTED)}
    for cell in cells:
        bound[cell.kind] |= cell.binds | _import_names(cell.tree.body)
    elsewhere = bound[SOLUTION] | bound[GIVEN] | bound[LOCKED] | bound[PLAIN] | set(dir(builtins))
    functions = {
        node.name
        for cell in cells
        if cell.kind in STUDENTS
        for node in cell.tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    written = {
        PurePosixPath(node.value).name
        for cell in cells
        if cell.kind in STUDENTS
        for node in ast.walk(cell.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value
    }
    seen_tests: set[str] = set()
    for cell in cells:
        if not cell.code:
            continue
        if cell.kind in STUDENTS:
            free = _free(cell.source, cell.tree)
            for name in sorted((free & bound[TEST]) - elsewhere):
                yield Problem(
                    cell.label,
                    f"The solution reads {name}, which only a test cell binds; "
                    "the student's code never runs beside the tests.",
                    f"Bind {name} in a locked cell, or pass it as an argument.",
                )
            for name in sorted(free & seen_tests & (bound[LOCKED] | bound[PLAIN]) - {"_"}):
                yield Problem(
                    cell.label,
                    f"The solution reads {name}, and a test cell before it binds it anew; "
                    "the student's code keeps the value from before the test.",
                    f"Use another name than {name} in the test cell.",
                )
            if any(a.name == "*" for n in _imports(cell.tree.body) for a in n.names):
                yield Problem(
                    cell.label,
                    "The solution imports everything of a module by a star.",
                    "Name what is imported, so that it is known which names are the student's.",
                )
            continue
        if cell.kind == TEST:
            seen_tests |= cell.binds
            free_of_solutions = cell.binds - student_names
            for later in cells:
                reads = later.kind in STUDENTS and later.index < cell.index
                if not reads:
                    continue
                patched = _free(later.source, later.tree) & free_of_solutions
                for name in sorted(patched & (bound[LOCKED] | bound[PLAIN])):
                    yield Problem(
                        cell.label,
                        f"The test binds {name} anew, which the solution {later.label} reads; "
                        "the student's code does not see the new value.",
                        f"Pass {name} as an argument, or use another name in the test.",
                    )
            for name in sorted(cell.binds & student_names & _reads_globals(cells, cell)):
                yield Problem(
                    cell.label,
                    f"The test binds {name} anew, which the student's own functions read; "
                    "they do not see the new value.",
                    f"Pass {name} as an argument, or use another name in the test.",
                )
        yield from _trusted_problems(cell, student_names, functions, classes, written)


def _reads_globals(cells: Sequence[_Cell], before: _Cell) -> set[str]:
    """Student variables that functions of the solutions before a cell read as globals."""
    found: set[str] = set()
    for cell in cells:
        if cell.kind in STUDENTS and cell.index < before.index:
            for node in ast.walk(cell.tree):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    alone = ast.Module([node], [])
                    found |= _free("", alone) - {node.name}
    return found


def _trusted_problems(
    cell: _Cell,
    student_names: set[str],
    functions: set[str],
    classes: Mapping[str, set[str]],
    written: set[str],
) -> Iterator[Problem]:
    modules = _import_names(
        [n for n in ast.walk(cell.tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    )

    def problem(what: str, advice: str) -> Problem:
        return Problem(cell.label, what, advice)

    instances: dict[str, str] = {}
    for node in ast.walk(cell.tree):
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Name)
            and node.value.func.id in classes
        ):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    instances[target.id] = node.value.func.id

    def student_class(node: ast.AST) -> str | None:
        if isinstance(node, ast.Name):
            return instances.get(node.id)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return node.func.id if node.func.id in classes else None
        return None

    judged = {
        ast.Eq: "__eq__",
        ast.NotEq: "__ne__",
        ast.Lt: "__lt__",
        ast.LtE: "__le__",
        ast.Gt: "__gt__",
        ast.GtE: "__ge__",
    }
    for node in ast.walk(cell.tree):
        if isinstance(node, ast.Call):
            name, dotted = _last(node.func), _dotted(node.func)
            arguments = set().union(*(_names(a) for a in [*node.args, *node.keywords]), set())
            if name == "patch" or ".patch." in f".{dotted}." or dotted.startswith("monkeypatch."):
                yield problem(
                    f"{dotted}(…) replaces something while the student's code runs; "
                    "the student's code runs in another process and does not see it.",
                    "Pass what is to be replaced as an argument of the student's function.",
                )
            elif name in _SOURCE_READERS and arguments & student_names:
                yield problem(
                    f"{dotted}(…) reads the source of {_list(arguments & student_names)}, "
                    "which stays in the student's process.",
                    "Test what the code does; grade its text by hand.",
                )
            elif name in ("dumps", "dump") and arguments & student_names:
                yield problem(
                    f"{dotted}(…) of {_list(arguments & student_names)}: an object of the "
                    "student's is a reference here and can't be pickled.",
                    "Compare its data instead.",
                )
            elif name in ("gcf", "gca", "get_fignums") and _dotted(node.func) != name:
                yield problem(
                    f"{dotted}() looks at the figure that the student's code drew, "
                    "which is in another process.",
                    "Have the student's function return the axes or the data, or grade by hand.",
                )
            elif name in ("simplefilter", "filterwarnings") and any(
                isinstance(a, ast.Constant) and a.value == "error" for a in node.args
            ):
                yield problem(
                    "Warnings made errors here are not errors in the student's process.",
                    "Check the result instead of the warning.",
                )
            elif _READERS.match(name):
                constants = {
                    PurePosixPath(a.value).name
                    for a in node.args
                    if isinstance(a, ast.Constant) and isinstance(a.value, str)
                }
                for file in sorted(constants & written):
                    yield problem(
                        f"{name}({file!r}) reads a file that the student's code may have "
                        "written; each side has its own directory.",
                        "Have the student's function return the content.",
                    )
            magic = _magic(node)
            if magic in _NAMESPACE_MAGICS:
                yield problem(
                    f"%{magic} works on the notebook's names; "
                    "the student's are in another process.",
                    "Leave it out of locked and test cells.",
                )
        elif isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if not isinstance(target, ast.Attribute):
                    continue
                base = _base(target)
                owner = base.id if isinstance(base, ast.Name) else ""
                if owner in modules | {"builtins"} or owner in functions:
                    yield problem(
                        f"{_dotted(target) or owner} is assigned to; "
                        "the student's process does not see the change.",
                        "Pass what is to be replaced as an argument of the student's function.",
                    )
        elif isinstance(node, ast.Name) and node.id in ("In", "_ih", "_i", "_oh"):
            yield problem(
                f"{node.id} holds the cells run in this process, and no student's cell is.",
                "Test what the code does; grade its text by hand.",
            )
        elif isinstance(node, ast.Attribute) and node.attr in _CODE_ATTRIBUTES:
            if _names(node.value) & student_names:
                yield problem(
                    f"{_dotted(node)} looks into a function of the student's, "
                    "which stays in the student's process.",
                    "Test what the code does.",
                )
        elif isinstance(node, ast.ClassDef):
            for base in node.bases:
                if isinstance(base, ast.Name) and base.id in classes:
                    yield problem(
                        f"The class {node.name} inherits from the student's class {base.id}, "
                        "which stays in the student's process.",
                        f"Use an object of {base.id} as it is, or derive from it in a function "
                        "that the student writes.",
                    )
        elif isinstance(node, ast.Compare):
            operands = [node.left, *node.comparators]
            for left, operator, right in zip(operands, node.ops, operands[1:], strict=False):
                dunder = judged.get(type(operator))
                for side, other in ((left, right), (right, left)):
                    which = student_class(side)
                    if which is None or dunder is None:
                        continue
                    if dunder not in classes[which] or student_class(other) is None:
                        yield problem(
                            f"An object of the student's class {which} is compared"
                            + (
                                " with plain data."
                                if dunder in classes[which]
                                else f", and the reference's class has no {dunder}."
                            ),
                            "Compare its data: numbers, text, lists, arrays.",
                        )
                        break
    if cell.kind == TEST and cell.tree.body:
        last = cell.tree.body[-1]
        ends_quietly = cell.source.rstrip().endswith(";")
        if (
            isinstance(last, ast.Expr)
            and isinstance(last.value, ast.Call)
            and isinstance(last.value.func, ast.Name)
            and last.value.func.id in student_names
            and not ends_quietly
        ):
            yield problem(
                f"The last line is the value of {last.value.func.id}(…): "
                "if it is a number, nbgrader takes it for the points earned.",
                "End the cell with an assertion, or with None.",
            )


def _magic(node: ast.Call) -> str:
    if _last(node.func) in ("run_line_magic", "run_cell_magic") and node.args:
        first = node.args[0]
        return first.value if isinstance(first, ast.Constant) else ""
    return ""


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
