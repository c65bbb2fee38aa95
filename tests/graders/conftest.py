"""Grades a whole answer bank once per assignment, for all tests of that assignment."""

from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.graders.stock import grade_bank


class OneProcessPerAssignment(LoadScopeScheduling):
    """Keeps all tests of an assignment together, so that its bank is graded in one process only."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.rpartition("[")[2].rstrip("]").partition("/")[0]


def pytest_xdist_make_scheduler(config, log):
    return OneProcessPerAssignment(config, log)


@pytest.fixture(scope="session")
def graded(tmp_path_factory):
    """``graded(name)`` → the results of the assignment's bank, computed at the first call."""
    done = {}

    def results(name: str):
        if name not in done:
            done[name] = grade_bank(name, Path(tmp_path_factory.mktemp(name)))
        return done[name]

    return results
