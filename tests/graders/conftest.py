"""Grades a whole answer bank once per assignment, for all tests of that assignment."""

from pathlib import Path

import pytest

from tests.graders.stock import grade_bank


@pytest.fixture(scope="session")
def graded(tmp_path_factory):
    """``graded(name)`` → the results of the assignment's bank, computed at the first call."""
    done = {}

    def results(name: str):
        if name not in done:
            done[name] = grade_bank(name, Path(tmp_path_factory.mktemp(name)))
        return done[name]

    return results
