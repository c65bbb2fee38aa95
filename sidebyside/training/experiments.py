"""What a comparison of training runs needs: differences seed by seed, and a search that widens."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sidebyside.errors import NonFiniteError, ShapeError


class Paired(NamedTuple):
    """A mean of differences and its standard error; ``f"{found:+.3f}"`` is ``+0.021 ± 0.014``.

    Attributes:
        mean: of the differences over the pairs.
        error: the standard error of that mean: the standard deviation of the differences, with
            n - 1 in the denominator, divided by √n.
    """

    mean: Any
    error: Any

    def __format__(self, spec: str) -> str:
        if not spec:
            return str(self)
        return f"{self.mean:{spec}} ± {self.error:{spec.replace('+', '')}}"


def paired(a: Any, b: Any = 0.0) -> Paired:
    """Mean of a - b, pair by pair, and its standard error.

    Pairs are runs that share what varies, such as the seed of the weights and of the order of the
    examples. What the seed does to both then drops out of the difference, which the spread of
    single runs does not show. One number for ``b`` is subtracted from every value, so that
    ``paired(a)`` gives the mean of ``a`` and its own standard error.

    Args:
        a: one value for each pair, (n,) or (n, …): the first axis is that of the pairs.
        b: the values to subtract, of the same shape, or one number.

    Returns:
        ``(mean, error)``: floats where a is (n,), else arrays of the shape (…).

    Raises:
        ShapeError: the shapes differ, or there are fewer than two pairs, which have no spread.
        NonFiniteError: a value is NaN or infinite.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if b.ndim and a.shape != b.shape:
        raise ShapeError(
            f"a has the shape {a.shape} and b {b.shape}; expected two of the same shape, a value "
            "for each seed in the same order, or one number for b"
        )
    if a.ndim == 0 or len(a) < 2:
        raise ShapeError(
            f"a has the shape {a.shape}; a standard error needs at least two pairs, along the "
            "first axis: run more seeds"
        )
    for name, values in (("a", a), ("b", b)):
        if not np.isfinite(values).all():
            raise NonFiniteError(
                f"{name} holds a value that is NaN or infinite: {values}; leave out runs that "
                "diverged, in both, or count them apart"
            )
    differences = a - b
    mean, error = differences.mean(axis=0), differences.std(axis=0, ddof=1) / math.sqrt(len(a))
    return Paired(float(mean), float(error)) if a.ndim == 1 else Paired(mean, error)


@dataclass(frozen=True)
class Sweep:
    """What ``sweep`` found.

    Attributes:
        best: the value with the highest score; lower and higher values were tried.
        scores: of every value that was tried, from the lowest value to the highest; minus infinity
            where the measure was NaN.
    """

    best: float
    scores: Mapping[float, float]


def sweep(
    measure: Callable[[list[float]], Any],
    learning_rates: Sequence[float],
    *,
    factor: float = 3.0,
    widenings: int = 8,
) -> Sweep:
    """Find the best learning rate on a grid, which grows until the best is not at its edge.

    The best of a grid that lies at its edge says only that better ones may be outside. Here the
    grid is widened at that edge, by one value at a time, until both neighbours of the best have
    been tried. Of equal scores one inside the grid counts before one at its edge, and the smaller
    learning rate before the larger. The score of the winner is the highest of many, so it is
    flattering: measure the winner again, on seeds that did not choose it.

    ::

        def measure(rates):
            runs = training.many_seeds(make_net, x, y, seeds=range(2), learning_rates=rates, …)
            return runs.accuracy(x_val, y_val)  # (learning rates, seeds)

        training.sweep(measure, [0.003, 0.01, 0.03]).best

    It serves as well for any other positive setting that is searched in factors.

    Args:
        measure: called with a list of learning rates, the whole grid first and then one value for
            each widening. Gives their scores, higher is better, (learning rates,), or (learning
            rates, seeds), of which the mean over the seeds counts. NaN, as of a run that diverged,
            counts as the worst. For a loss return its negative.
        learning_rates: the first grid, each greater than 0.
        factor: the step by which the grid grows, greater than 1.
        widenings: the most values to add before giving up.

    Raises:
        ShapeError: the measure does not give one row for each learning rate.
        NonFiniteError: every learning rate has the score NaN or minus infinity.
        ValueError: no learning rate, one that is not positive and finite, a factor that is not
            above 1, or the best still lies at the edge after all widenings.
    """
    if not len(learning_rates) or not all(0 < r < math.inf for r in learning_rates):
        raise ValueError(
            f"learning_rates is {learning_rates!r}; expected some positive numbers, such as "
            "[0.003, 0.01, 0.03]"
        )
    if not 1 < factor < math.inf:
        raise ValueError(f"factor is {factor!r}; expected a number greater than 1, such as 3")
    scores: dict[float, float] = {}
    more, allowed = sorted({float(rate) for rate in learning_rates}), widenings
    while True:
        scores |= _scores(measure, more)
        scores = dict(sorted(scores.items()))
        lowest, *_, highest = [*scores, *scores]
        best = max(scores, key=lambda rate: (scores[rate], lowest < rate < highest))  # the first
        if not math.isfinite(scores[best]):
            raise NonFiniteError(
                f"no learning rate of {_listed(scores)} has a finite score; try smaller ones, and "
                "look at a single run"
            )
        if lowest < best < highest:
            return Sweep(best, scores)
        more = [best / factor] * (best == lowest) + [best * factor] * (best == highest)
        allowed -= len(more)
        if allowed < 0:
            raise ValueError(
                f"the best is still at the edge after {widenings} widenings, at {best:.3g} (scores "
                f"{_listed(scores)}); start from another grid, or doubt the measure"
            )


def _scores(measure: Callable[[list[float]], Any], rates: list[float]) -> dict[float, float]:
    found = np.asarray(measure(list(rates)), dtype=float)
    if found.ndim not in (1, 2) or len(found) != len(rates) or not found.size:
        raise ShapeError(
            f"the measure of {len(rates)} learning rates has the shape {found.shape}; expected "
            f"({len(rates)},), or ({len(rates)}, seeds)"
        )
    means = found.reshape(len(rates), -1).mean(axis=1)
    return {r: -math.inf if math.isnan(s) else float(s) for r, s in zip(rates, means, strict=True)}


def _listed(scores: Mapping[float, float]) -> str:
    return ", ".join(f"{rate:.3g}: {score:.3g}" for rate, score in scores.items())
