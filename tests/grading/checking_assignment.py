"""A small assignment, sound as it stands, for tests of ``check-assignment``."""

import textwrap

import nbformat


def code(source, grade_id=None, **marks):
    cell = nbformat.v4.new_code_cell(textwrap.dedent(source).strip("\n"))
    if grade_id is not None:
        cell.metadata["nbgrader"] = {
            "grade_id": grade_id, "schema_version": 3,
            **{"grade": False, "solution": False, "locked": False, "task": False}, **marks,
        }  # fmt: skip
    return cell


def solution(name, body, arguments="x"):
    source = f"def {name}({arguments}):\n    ### BEGIN SOLUTION\n"
    source += textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    return code(source + "\n    ### END SOLUTION", name, solution=True)


def test_cell(grade_id, visible, hidden="", points=1):
    source = textwrap.dedent(visible).strip("\n")
    if hidden:
        source += "\n### BEGIN HIDDEN TESTS\n" + textwrap.dedent(hidden).strip("\n")
        source += "\n### END HIDDEN TESTS"
    return code(source, grade_id, grade=True, locked=True, points=points)


test_cell.__test__ = False


def notebook():
    """Two sound tasks, three graded cells, five points."""
    cells = [
        code("import math", "setup", locked=True),
        solution("area", "return math.pi * r ** 2", "r"),
        test_cell("test-area", "assert abs(area(1) - 3.14159) < 1e-4",
                  "assert abs(area(2) - 12.56637) < 1e-4", 2),
        solution("clip", "if x > high:\n    return high\nreturn x", "x, high"),
        test_cell("test-clip-below", "assert clip(1, 5) == 1", "assert clip(-3, 5) == -3"),
        test_cell("test-clip-above", "assert clip(9, 5) == 5", "assert clip(6, 2) == 2", 2),
    ]  # fmt: skip
    return nbformat.v4.new_notebook(cells=cells)


def change(grade_id, old, new, made=None):
    """The notebook with one text replaced in one cell."""
    made = made or notebook()
    cell = next(c for c in made.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)
    assert old in cell.source
    cell.source = cell.source.replace(old, new)
    return made
