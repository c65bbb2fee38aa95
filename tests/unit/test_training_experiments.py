"""Paired differences and the search that widens its grid: what comparisons of runs rest on."""

import math
import statistics

import numpy as np
import pytest

from sidebyside import training
from sidebyside.errors import NonFiniteError, ShapeError


def test_the_difference_is_taken_pair_by_pair():
    a, b = [0.7, 0.9, 0.5], [0.6, 0.7, 0.5]
    mean, error = training.paired(a, b)
    differences = [0.1, 0.2, 0.0]
    assert mean == pytest.approx(0.1)
    assert error == pytest.approx(statistics.stdev(differences) / math.sqrt(3))
    assert isinstance(mean, float) and isinstance(error, float)


def test_what_both_of_a_pair_share_drops_out_of_the_error():
    shared = np.array([0.1, 0.5, 0.9, 0.3])
    assert training.paired(shared + 0.25, shared) == pytest.approx((0.25, 0.0))


def test_one_number_is_subtracted_from_every_value():
    values = [1.0, 2.0, 6.0]
    spread = statistics.stdev(values) / math.sqrt(3)
    assert training.paired(values) == pytest.approx((3.0, spread))
    assert training.paired(values, 2) == pytest.approx((1.0, spread))


def test_the_first_axis_is_that_of_the_pairs():
    a = np.array([[1.0, 5.0], [3.0, 6.0], [2.0, 10.0]])  # (pairs, quantities)
    found = training.paired(a, np.zeros((3, 2)))
    columns = [training.paired(column) for column in a.T]
    np.testing.assert_allclose(found.mean, [c.mean for c in columns])
    np.testing.assert_allclose(found.error, [c.error for c in columns])


def test_the_sign_stands_at_the_mean_only():
    found = training.paired([0.1, 0.3], [0.0, 0.0])
    assert f"{found:+.2f}" == "+0.20 ± 0.10"
    assert f"{found:.1f}" == "0.2 ± 0.1"
    assert f"{found}" == str(found)


@pytest.mark.parametrize(
    ("a", "b"), [([1, 2], [1, 2, 3]), ([1, 2], [[1, 2]]), ([1], [2]), ([], []), (1.0, 2.0)]
)
def test_pairs_that_do_not_fit_are_refused(a, b):
    with pytest.raises(ShapeError):
        training.paired(a, b)


@pytest.mark.parametrize(("a", "b"), [([1, math.nan], [1, 1]), ([1, 1], [1, math.inf])])
def test_a_run_that_diverged_has_no_difference(a, b):
    with pytest.raises(NonFiniteError):
        training.paired(a, b)


class Peak:
    """A score that is highest at one learning rate; keeps what it was asked."""

    def __init__(self, at):
        self.at, self.asked = at, []

    def __call__(self, rates):
        self.asked.append(rates)
        return [-abs(math.log(rate / self.at)) for rate in rates]


def test_a_best_inside_the_grid_needs_no_widening():
    peak = Peak(0.01)
    found = training.sweep(peak, [0.03, 0.003, 0.01])
    assert found.best == 0.01
    assert peak.asked == [[0.003, 0.01, 0.03]]
    assert list(found.scores) == [0.003, 0.01, 0.03]


@pytest.mark.parametrize(("at", "factor"), [(0.0005, 3), (1.1, 3), (0.06, 2), (0.0005, 1.5)])
def test_the_grid_grows_until_the_best_is_inside(at, factor):
    peak = Peak(at)
    found = training.sweep(peak, [0.003, 0.01, 0.03], factor=factor, widenings=30)
    tried = list(found.scores)
    assert tried == sorted(tried) and tried[0] < found.best < tried[-1]
    assert found.scores[found.best] == max(found.scores.values())
    assert abs(math.log(found.best / at)) <= math.log(factor) / 2 + 1e-9
    assert all(len(one) == 1 for one in peak.asked[1:])  # nothing is measured twice
    assert sum(len(one) for one in peak.asked) == len(tried)


def test_one_value_grows_on_both_sides():
    peak = Peak(0.01)
    assert training.sweep(peak, [0.01], factor=2).best == 0.01
    assert peak.asked == [[0.01], [0.005, 0.02]]


def test_the_mean_over_the_seeds_counts():
    table = {0.1: [0.0, 0.6], 0.2: [0.5, 0.5], 0.4: [0.9, -0.2]}
    found = training.sweep(lambda rates: [table[r] for r in rates], list(table))
    assert found.best == 0.2
    assert found.scores == pytest.approx({0.1: 0.3, 0.2: 0.5, 0.4: 0.35})


def test_a_learning_rate_that_diverges_is_the_worst():
    def measure(rates):
        return [[-rate, math.nan if rate > 0.02 else -rate] for rate in rates]

    with pytest.raises(ValueError, match="edge"):  # smaller is better here, without end
        training.sweep(measure, [0.01, 0.03], widenings=3)
    peak = Peak(0.01)
    found = training.sweep(lambda r: np.where(np.array(r) > 0.02, np.nan, peak(r)), [0.01, 0.03])
    assert found.best == 0.01 and found.scores[0.03] == -math.inf
    assert min(found.scores) < 0.01


def test_of_equal_scores_an_inner_one_is_taken_and_then_the_smaller():
    assert training.sweep(lambda rates: [0.5] * len(rates), [0.1, 0.2, 0.3, 0.4]).best == 0.2
    scores = {0.1: 0.5, 0.2: 0.1, 0.3: 0.5, 0.4: 0.2}
    assert training.sweep(lambda rates: [scores[r] for r in rates], list(scores)).best == 0.3


def test_a_score_without_a_peak_is_given_up():
    calls = []

    def measure(rates):
        calls.extend(rates)
        return rates

    with pytest.raises(ValueError, match="after 4 widenings"):
        training.sweep(measure, [0.01, 0.03], widenings=4)
    assert len(calls) == 2 + 4


def test_no_finite_score_is_an_error():
    with pytest.raises(NonFiniteError):
        training.sweep(lambda rates: [math.nan] * len(rates), [0.1, 0.3])


@pytest.mark.parametrize("rates", [[], [0.0, 0.1], [-0.1, 0.1], [0.1, math.inf], [math.nan]])
def test_learning_rates_are_positive(rates):
    with pytest.raises(ValueError, match="learning_rates"):
        training.sweep(Peak(0.1), rates)


@pytest.mark.parametrize("factor", [1, 0.5, -2, math.inf])
def test_the_factor_widens(factor):
    with pytest.raises(ValueError, match="factor"):
        training.sweep(Peak(0.1), [0.1], factor=factor)


@pytest.mark.parametrize("found", [0.5, [0.5], [[0.5] * 3], np.zeros((3, 2, 2)), np.zeros((3, 0))])
def test_a_measure_of_another_shape_is_refused(found):
    with pytest.raises(ShapeError):
        training.sweep(lambda rates: found, [0.1, 0.3, 0.9])
