"""Lines: learning curves, the spread of several runs, the flow of gradients through the layers."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sidebyside.errors import ShapeError
from sidebyside.plots.figures import as_array, drawing
from sidebyside.plots.style import GREY, colour_of, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = {"mae": "mean absolute error", "mse": "mean squared error"}
MOST_NAMED_LAYERS = 12


@styled
def learning_curves(
    histories: Mapping[str, Any],
    metric: str = "loss",
    *,
    alt: str | None = None,
    ax: "Axes | None" = None,
    validation: bool = True,
    held_out: str = "validation",
    log: bool = False,
    title: str | None = None,
) -> None:
    """Draw how a quantity changed over the epochs, a line for each label.

    A label that names one framework gets the framework's colour. If a history also holds
    ``val_…`` of the metric, that is a dashed line of the same colour. Several runs become
    their mean and a band from the lowest to the highest run; if they differ in length (early
    stopping), they are drawn as far as the shortest.

    Args:
        histories: by label: a ``History`` (ours or Keras'), a dict such as
            ``{"loss": [...], "val_loss": [...]}``, or a list of these, one for each run.
        metric: which quantity, such as ``"loss"`` or ``"val_accuracy"``.
        alt: the alt text; needed unless ``ax`` is given.
        ax: draw here, and show nothing.
        validation: draw ``val_`` of the metric too, where there is one.
        held_out: what the data of ``val_`` are called: ``"test"`` where they are the test set.
        log: logarithmic scale.
        title: above the axes.

    Raises:
        ValueError: no alt text, nothing to draw, or a history does not hold the metric.
    """
    if not histories:
        raise ValueError("there are no histories to draw; expected {label: history, …}")
    lines = [line for label in histories for line in _lines(label, histories[label], metric)]
    if not validation:
        lines = [line for line in lines if not line[3]]
    position = {label: i for i, label in enumerate(histories)}
    with drawing(ax, alt) as ax:
        for label, runs, colour, dashed in lines:
            colour = colour or colour_of(label, position[label])
            name = f"{label}, {held_out}" if dashed else label
            x = np.arange(1, runs.shape[1] + 1)
            spread(ax, x, runs, name, colour, linestyle=(0, (4, 1.5)) if dashed else "-")
        if log:
            ax.set_yscale("log")
        ax.set_xlabel("epoch")
        ax.set_ylabel(_quantity(metric, held_out))
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.margins(x=0.02)
        if title:
            ax.set_title(title)
        if len(lines) > 1:
            ax.legend()


@styled
def spread(
    ax: "Axes",
    x: Any,
    runs: Any,
    label: str,
    color: str | None = None,
    *,
    linestyle: Any = "-",
    geometric: bool = False,
) -> None:
    """Draw the mean of several runs as a line, and a band from the lowest to the highest.

    Args:
        ax: where to draw.
        x: positions of shape (points,).
        runs: values of shape (runs, points), or (points,) for a single run without a band.
        label: for the legend; a framework named in it decides the colour if none is given.
        color: of line and band.
        linestyle: of the line.
        geometric: draw the geometric mean, the one that lies in the middle on a log scale.

    Raises:
        ShapeError: the runs and the positions do not fit together.
    """
    x, runs = as_array(x), np.atleast_2d(as_array(runs)).astype(float)
    if x.ndim != 1 or runs.ndim != 2 or runs.shape[1] != len(x) or not len(runs):
        raise ShapeError(
            f"the runs have the shape {runs.shape} and the positions {x.shape}; expected runs of "
            "shape (runs, points) and positions of shape (points,)"
        )
    color = color or colour_of(label, len(ax.lines))
    marker = "o" if len(x) == 1 else None
    mean = np.exp(np.log(runs).mean(0)) if geometric else runs.mean(0)
    ax.plot(x, mean, color=color, label=label, linestyle=linestyle, marker=marker)
    if len(runs) > 1:
        ax.fill_between(x, runs.min(0), runs.max(0), color=color, alpha=0.18, linewidth=0)


@styled
def gradient_flow(
    norms: Mapping[str, Any],
    *,
    alt: str | None = None,
    ax: "Axes | None" = None,
    title: str | None = None,
    ylabel: str = "gradient norm",
) -> None:
    """Draw the size of the gradient in each layer, from the first to the last, on a log scale.

    What can't stand on that scale in one of the runs is marked on an edge: a norm of exactly 0 by a
    cross on the lower one, an infinite norm or NaN by a triangle on the upper one.

    Args:
        norms: by label: norms of shape (layers,), or (runs, layers) for the geometric mean and a
            band from the lowest to the highest run, or a dict from layer name to norm.
        alt: the alt text; needed unless ``ax`` is given.
        ax: draw here, and show nothing.
        title: above the axes.
        ylabel: name of what is measured.

    Raises:
        ValueError: no alt text, or nothing to draw.
        ShapeError: an entry has no layers.
    """
    if not norms:
        raise ValueError("there are no norms to draw; expected {label: norms by layer, …}")
    named = [list(value) for value in norms.values() if isinstance(value, Mapping)]
    drawn = {label: _norms(label, value) for label, value in norms.items()}
    longest = max(runs.shape[1] for runs in drawn.values())
    with drawing(ax, alt) as ax:
        lower, upper = [], []
        for position, (label, runs) in enumerate(drawn.items()):
            layers, colour = np.arange(1, runs.shape[1] + 1), colour_of(label, position)
            lower.append((layers[(runs == 0).any(0)], colour))
            upper.append((layers[~np.isfinite(runs).all(0)], colour))
            on_scale = np.where(np.isfinite(runs) & (runs > 0), runs, np.nan)
            spread(ax, layers, on_scale, label, colour, geometric=True)
            ax.lines[-1].set(marker="o", markersize=4)
        ax.set_yscale("log")
        if not any(np.isfinite(line.get_ydata()).any() for line in ax.lines):
            ax.set_ylim(1e-8, 1.0)  # there is nothing from which matplotlib could tell the range
        _mark_edge(ax, lower, 0.02, "x", "exactly 0")
        _mark_edge(ax, upper, 0.98, "^", "not finite")
        ax.set_ylabel(ylabel)
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.set_xlabel("layer, from input to output")
        if named and longest <= MOST_NAMED_LAYERS and all(names == named[0] for names in named):
            ax.set_xticks(range(1, longest + 1), named[0], rotation=30, ha="right")
        if title:
            ax.set_title(title)
        if len(ax.get_legend_handles_labels()[1]) > 1:
            ax.legend()


def _norms(label: str, value: Any) -> np.ndarray:
    value = list(value.values()) if isinstance(value, Mapping) else value
    runs = np.atleast_2d(as_array(value)).astype(float)
    if runs.ndim != 2 or not runs.size:
        raise ShapeError(
            f"the norms of {label!r} have the shape {runs.shape}; expected (layers,) or "
            "(runs, layers)"
        )
    return runs


def _mark_edge(ax: "Axes", marks: list, height: float, marker: str, label: str) -> None:
    """Mark layers at a height given as part of the axes', and name the mark in the legend."""
    marks = [(layers, colour) for layers, colour in marks if len(layers)]
    for layers, colour in marks:
        at = np.full(len(layers), height)
        ax.plot(layers, at, marker, color=colour, transform=ax.get_xaxis_transform())
    if marks:
        ax.plot([], [], marker, color=GREY, label=label)


def _lines(label: str, runs: Any, metric: str) -> list[tuple[str, np.ndarray, str | None, bool]]:
    """The lines of one label: (label, values (runs, epochs), colour, dashed)."""
    several = isinstance(runs, Sequence)
    records = [_record(label, run) for run in (runs if several else [runs])]
    if not records or any(metric not in record for record in records):
        held = ", ".join(sorted({name for record in records for name in record})) or "nothing"
        raise ValueError(f"the history of {label!r} does not hold {metric!r}; it holds {held}")
    lines = [(label, _rectangle(records, metric), None, False)]
    name = f"val_{metric}"
    if all(name in record for record in records):
        lines.append((label, _rectangle(records, name), None, True))
    return lines


def _record(label: str, run: Any) -> Mapping[str, Any]:
    record = getattr(run, "history", run)
    if not isinstance(record, Mapping):
        raise ValueError(
            f"the history of {label!r} is a {type(run).__name__}; expected a History, a dict such "
            "as {'loss': [...]}, or a list of these"
        )
    return record


def _rectangle(records: list, name: str) -> np.ndarray:
    shortest = min(len(record[name]) for record in records)
    if not shortest:
        raise ValueError(f"there are no epochs in the history of {name!r}; expected at least one")
    return np.array([as_array(record[name])[:shortest] for record in records], dtype=float)


def _quantity(metric: str, held_out: str) -> str:
    plain = metric.removeprefix("val_")
    name = NAMES.get(plain, plain.replace("_", " "))
    return f"{held_out} {name}" if metric != plain else name
