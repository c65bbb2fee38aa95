"""What shows without running anything: marks, points, visible and hidden tests, names."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from sidebyside.grading import syntax
from sidebyside.grading.checking.findings import LOOK, MEND, Finding
from sidebyside.grading.checking.mutation import without_magics
from sidebyside.grading.checking.target import Target, solutions, tests
from sidebyside.grading.checking.visible import split, tries_hidden
from sidebyside.grading.examiner.plan import hidden_ranges

BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"


@dataclass(frozen=True)
class Names:
    """The global names of a cell.

    Attributes:
        bound: by an assignment, a loop, a definition …; ``imported`` by an import.
        needed: read, in a function too, and neither bound nor imported by the cell itself.
    """

    bound: frozenset[str] = frozenset()
    imported: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()


def names(source: str) -> Names:
    """The global names of a cell; none if it is not Python."""
    try:
        table = symtable.symtable(without_magics(source), "cell", "exec")
    except (SyntaxError, ValueError):
        return Names()
    bound, imported, needed = set(), set(), set()
    for symbol in table.get_symbols():
        if symbol.is_imported():
            imported.add(symbol.get_name())
        elif symbol.is_assigned():
            bound.add(symbol.get_name())
        elif symbol.is_referenced():
            needed.add(symbol.get_name())
    inner = list(table.get_children())
    while inner:
        scope = inner.pop()
        inner += scope.get_children()
        for symbol in scope.get_symbols():
            if symbol.is_global() and symbol.is_referenced():
                needed.add(symbol.get_name())
            if symbol.is_declared_global() and symbol.is_assigned():
                bound.add(symbol.get_name())
    here = bound | imported | set(dir(builtins)) | {"display", "get_ipython"}
    return Names(frozenset(bound), frozenset(imported), frozenset(needed - here))


def structure(target: Target) -> Iterator[Finding]:
    """Everything that the notebook alone tells."""
    yield from _marks(target.instructor)
    for grade_id, cell in tests(target.instructor).items():
        yield from _test(grade_id, cell)
    yield from _names(target)


def _marks(notebook: NotebookNode) -> Iterator[Finding]:
    marked = [c for c in notebook.cells if c.metadata.get("nbgrader")]
    count = Counter(c.metadata.nbgrader.get("grade_id", "") for c in marked)
    for grade_id, times in count.items():
        if not grade_id:
            yield Finding(
                "no-grade-id", MEND, "", f"{times} marked cells have no grade_id.",
                "Give each cell of the assignment a name of its own.",
            )  # fmt: skip
        elif times > 1:
            yield Finding(
                "duplicated-grade-id", MEND, grade_id,
                f"{times} cells are named {grade_id!r}.",
                "Rename all but one: nbgrader keeps the points of one of them only.",
            )  # fmt: skip
    for cell in marked:
        mark = cell.metadata.nbgrader
        if not mark.get("grade"):
            continue
        points, grade_id = mark.get("points"), mark.get("grade_id", "")
        if not isinstance(points, int | float) or points < 0:
            yield Finding(
                "no-points", MEND, grade_id, f"It is graded, and its points are {points!r}.",
                "Give it points, 0 or more.",
            )  # fmt: skip
        elif points == 0:
            yield Finding(
                "zero-points", LOOK, grade_id, "It is graded, and worth 0 points.",
                "Give it points, or make it a read-only cell that is not graded.",
            )  # fmt: skip
        if cell.cell_type == "code" and not mark.get("solution") and not mark.get("locked"):
            yield Finding(
                "unlocked-test", LOOK, grade_id, "It is graded, and students may edit it.",
                "Lock it; nbgrader restores its text all the same.",
            )  # fmt: skip


def _grade_id(cell: NotebookNode) -> str | None:
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def _test(grade_id: str, cell: NotebookNode) -> Iterator[Finding]:
    if hidden_ranges(cell.source)[1]:
        yield Finding(
            "hidden-markers", MEND, grade_id, "Its marks of hidden tests do not pair.",
            f"Every {BEGIN_HIDDEN!r} wants one {END_HIDDEN!r} after it.",
        )  # fmt: skip
    if not _judges(split(cell.source)[0]):
        yield Finding(
            "no-visible-test", LOOK, grade_id, "It shows students no test.",
            "Let a visible assertion tell how wrong an answer is.",
        )  # fmt: skip
    if not tries_hidden(cell.source):
        yield Finding(
            "no-hidden-test", LOOK, grade_id, "It has no hidden test.",
            "Test fresh values in a hidden part, or answers copied from the visible one pass.",
        )  # fmt: skip
    try:
        body = syntax.parse(without_magics(cell.source)).body
    except (SyntaxError, ValueError) as error:
        yield Finding("test-not-python", MEND, grade_id, f"It is not Python: {error}.", "Mend it.")
        return
    last = body[-1] if body else None
    if isinstance(last, ast.Expr) and not cell.source.rstrip().endswith(";"):
        calls = isinstance(last.value, ast.Call | ast.Await)
        if not calls and not (
            isinstance(last.value, ast.Constant) and last.value.value in (None, ...)
        ):
            yield Finding(
                "ends-in-expression", LOOK, grade_id,
                f"It ends in the expression {ast.unparse(last.value)[:60]!r}: a number there is "
                "taken as partial credit.",
                "End it with a statement, unless partial credit is meant.",
            )  # fmt: skip


def _judges(text: str) -> bool:
    """Whether some lines test anything: an assertion, a raise, or a call that may raise."""
    try:
        tree = syntax.parse(without_magics(text))
    except (SyntaxError, ValueError):
        return True
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert | ast.Raise):
            return True
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            return True
    return bool(tree.body) and isinstance(tree.body[-1], ast.Expr)


def _names(target: Target) -> Iterator[Finding]:
    student: dict[str, list[str]] = {}
    for grade_id, cell in solutions(target.instructor).items():
        for name in names(cell.source).bound:
            student.setdefault(name, []).append(grade_id)
    for name, tasks in sorted(student.items()):
        if len({target.group_of(task) for task in tasks}) > 1:
            yield Finding(
                "name-of-two-tasks", LOOK, tasks[-1],
                f"{name!r} is bound by the solutions of {', '.join(tasks)}: the last one wins.",
                "Give each task names of its own.",
            )  # fmt: skip
    of_cell = {g: names(cell.source) for g, cell in tests(target.instructor).items()}
    elsewhere: set[str] = set()
    for cell in target.instructor.cells:
        if cell.cell_type == "code" and _grade_id(cell) not in of_cell:
            there = names(cell.source)
            elsewhere |= there.bound | there.imported
    for grade_id, used in of_cell.items():
        for name in sorted(used.bound & set(student)):
            yield Finding(
                "test-overwrites-name", MEND, grade_id,
                f"It assigns to {name!r}, which is the student's name in {student[name][-1]}.",
                "Use another name: later tests would judge the test's own value.",
            )  # fmt: skip
        for other, there in of_cell.items():
            shared = sorted((used.needed & (there.bound | there.imported)) - elsewhere)
            if other != grade_id and shared:
                yield Finding(
                    "test-needs-test", LOOK, grade_id,
                    f"It needs {', '.join(map(repr, shared))} from {other}: where that one fails, "
                    "this one fails too.",
                    "Let each graded cell make what it needs, or put it into a read-only cell.",
                )  # fmt: skip
    for group, graded in target.groups.items():
        own = {name for name, tasks in student.items() if set(tasks) & set(group)}
        for grade_id in graded:
            foreign = sorted((of_cell[grade_id].needed & set(student)) - own)
            if foreign:
                yield Finding(
                    "mentions-other-task", LOOK, grade_id,
                    f"It uses {', '.join(map(repr, foreign))}, which another task answers.",
                    "Use a private helper in the test cell, so that tasks stay independent.",
                )  # fmt: skip
