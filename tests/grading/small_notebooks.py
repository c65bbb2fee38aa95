"""Notebooks of a few cells, as plain data."""


def notebook(*cells, language="python"):
    """A notebook of nbformat 4."""
    spec = {"name": "python3", "display_name": "Python 3", "language": language}
    cells = [{**cell, "id": f"c{number}"} for number, cell in enumerate(cells)]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": spec}, "cells": cells}


def code(source, **marks):
    """A code cell; with marks, one of nbgrader's."""
    metadata = {}
    if marks:
        unmarked = {"grade": False, "solution": False, "locked": False, "task": False}
        metadata = {"nbgrader": {"schema_version": 3, **unmarked, **marks}}
    return {
        "cell_type": "code",
        "metadata": metadata,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def plain(source):
    """A cell that nbgrader does not know."""
    return code(source)


def locked(grade_id, source):
    """A cell that the student can't change."""
    return code(source, grade_id=grade_id, locked=True)


def given(grade_id, source):
    """A cell that the student can't change, run on the student's side alone."""
    cell = locked(grade_id, source)
    return {**cell, "metadata": {**cell["metadata"], "tags": ["student-side"]}}


def solution(grade_id, source, **marks):
    """A cell for the student's answer."""
    return code(source, grade_id=grade_id, solution=True, **marks)


def test_cell(grade_id, source, points=1, **marks):
    """A graded test cell."""
    return code(source, grade_id=grade_id, grade=True, locked=True, points=points, **marks)


test_cell.__test__ = False


def markdown(source, **marks):
    """A text cell."""
    metadata = {"nbgrader": {"schema_version": 3, **marks}} if marks else {}
    return {"cell_type": "markdown", "metadata": metadata, "source": source}
