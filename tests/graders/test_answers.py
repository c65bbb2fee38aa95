"""Every assignment grades fairly: wrong answers lose what they must, right ones lose nothing.

The course's own grader is used, or with ``--grader stock`` stock nbgrader.
"""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from sidebyside.authoring.answers import graded_by_task, graded_cells, read_bank, solution_cells
from sidebyside.authoring.notebooks import ROOT, assignments, read
from tests.graders.bank import BLANK, REFERENCE

# The label in brackets begins with the assignment: conftest.py keeps an assignment in one process.
each_assignment = pytest.mark.parametrize("name", assignments())
each_answer = pytest.mark.parametrize(
    ("name", "answer"),
    [pytest.param(n, answer, id=str(answer)) for n in assignments() for answer in read_bank(n)],
)


def source(name):
    return read(ROOT / "source" / name / f"{name}.ipynb")


@each_answer
def test_an_answer_loses_exactly_the_points_it_must(name, answer, graded):
    results = graded(name)
    lost = results.lost(results.submission[str(answer)])
    of_this_task = set(graded_by_task(source(name))[answer.task])
    assert {test: points for test, points in lost.items() if test in of_this_task} == answer.loses


@each_assignment
def test_a_wrong_answer_to_one_task_costs_nothing_on_another(name, graded):
    """The tasks that a submission answers by the reference keep all their points."""
    results, tests = graded(name), graded_by_task(source(name))
    tasks = {str(answer): answer.task for answer in read_bank(name)}
    for submission in set(results.submission.values()):
        tried = {tasks[a] for a, where in results.submission.items() if where == submission}
        others = {test for task in set(tests) - tried for test in tests[task]}
        assert set(results.lost(submission)) & others == set(), submission


@each_assignment
def test_the_reference_gets_full_marks(name, graded):
    assert graded(name).lost(REFERENCE) == {}


@each_assignment
def test_the_blank_notebook_gets_nothing(name, graded):
    results = graded(name)
    assert results.lost(BLANK) == results.points
    assert sum(results.points.values()) > 0


@each_assignment
def test_every_task_has_five_wrong_and_two_other_right_answers(name):
    bank = read_bank(name)
    wrong = Counter(answer.task for answer in bank if not answer.right)
    right = Counter(answer.task for answer in bank if answer.right)
    graded_tasks = [task for task, tests in graded_by_task(source(name)).items() if tests]
    assert {task: wrong[task] for task in graded_tasks if wrong[task] < 5} == {}
    assert {task: right[task] for task in graded_tasks if right[task] < 2} == {}


@each_assignment
def test_every_answer_names_a_task_and_tests_of_that_task(name):
    tests = graded_by_task(source(name))
    for answer in read_bank(name):
        assert answer.task in solution_cells(source(name)), answer
        assert set(answer.loses) <= set(tests[answer.task]), answer
        assert answer.right or sum(answer.loses.values()) > 0, answer


@each_assignment
def test_every_graded_cell_is_lost_by_a_wrong_answer_that_is_more_than_a_blank(name):
    caught = {test for answer in read_bank(name) for test in answer.loses}
    assert set(graded_cells(source(name))) - caught == set()


@each_assignment
def test_both_graders_give_every_answer_the_same_score(name, grade, pytestconfig):
    """Except where stock is wrong: those cases stand in where_stock_is_wrong.toml, with reasons."""
    if pytestconfig.getoption("--grader") != "stock":
        pytest.skip("stock nbgrader takes seconds a submission: make test-stock")
    listed = tomllib.loads(Path(__file__).with_name("where_stock_is_wrong.toml").read_text())
    known = {(case["submission"], case["test"]) for case in listed.get(name, [])}
    by_stock, by_ours = grade(name, "stock").scores, grade(name, "ours").scores
    differ = {
        (submission, test)
        for submission, scores in by_stock.items()
        for test, score in scores.items()
        if by_ours[submission][test] != score
    }
    assert differ == known
