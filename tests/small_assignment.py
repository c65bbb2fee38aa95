"""An assignment of one task, as an author would write it, for tests that need any assignment."""

import nbformat
from nbformat import NotebookNode

SOLVED = "### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
UNSOLVED = "# YOUR CODE HERE\n    raise NotImplementedError()"
TEST = "assert double(1) == 2\n### BEGIN HIDDEN TESTS\nassert double(7) == 14\n### END HIDDEN TESTS"


def one_task(body: str = SOLVED, test: str = TEST) -> NotebookNode:
    """The notebook; ``body`` is what stands in the function ``double``, ``test`` its test cell."""
    notebook = nbformat.v4.new_notebook(
        cells=[
            _cell(f"def double(x):\n    {body}", "double", solution=True),
            _cell(test, "test-double", grade=True, locked=True, points=3),
        ]
    )
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    return notebook


def _cell(source: str, grade_id: str, **marks) -> NotebookNode:
    cell = nbformat.v4.new_code_cell(source)
    unmarked = {"grade": False, "solution": False, "locked": False, "task": False}
    cell.metadata["nbgrader"] = {
        "grade_id": grade_id,
        "schema_version": 3,
        **unmarked,
        **marks,
    }
    return cell
