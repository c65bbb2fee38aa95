"""Grades a whole answer bank once per assignment, for all tests of that assignment.

``--grader stock`` does it with stock nbgrader, seconds a submission, and compares the two graders.
"""

from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.graders import ours, stock

GRADERS = {"ours": ours.grade_bank, "stock": stock.grade_bank}


def pytest_addoption(parser):
    parser.addoption("--grader", choices=sorted(GRADERS), default="ours")


class OneProcessPerAssignment(LoadScopeScheduling):
    """Keeps all tests of an assignment together, so that its bank is graded in one process only."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.rpartition("[")[2].rstrip("]").partition("/")[0]


def pytest_xdist_make_scheduler(config, log):
    return OneProcessPerAssignment(config, log)


@pytest.fixture(scope="session")
def grade(tmp_path_factory):
    """``grade(name, grader)`` → the results of the bank, computed at the first call."""
    done = {}

    def results(name: str, grader: str):
        if (name, grader) not in done:
            folder = Path(tmp_path_factory.mktemp(f"{name}-{grader}"))
            done[name, grader] = GRADERS[grader](name, folder)
        return done[name, grader]

    return results


@pytest.fixture(scope="session")
def graded(grade, pytestconfig):
    """``graded(name)`` → the results by the grader of this run."""
    return lambda name: grade(name, pytestconfig.getoption("--grader"))
