"""Maps of a loss over two parameters, with the paths that optimisers take on it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sidebyside.errors import ShapeError
from sidebyside.plots.figures import as_array, drawing
from sidebyside.plots.looks import choose, looks_on
from sidebyside.plots.style import CARD, INK, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CONTOUR = "#c9c9c2"
START, GOAL = "o", "*"


@styled
def loss_surface(
    loss: Callable[[np.ndarray, np.ndarray], Any],
    paths: Mapping[str, Any],
    *,
    goal: tuple[float, float] | None,
    xlim: tuple[float, float],
    ylim: tuple[float, float],
    alt: str | None = None,
    ax: "Axes | None" = None,
    levels: Any = 12,
    resolution: int = 80,
    title: str | None = None,
    labels: tuple[str, str] = ("$w_1$", "$w_2$"),
    legend: bool = True,
) -> None:
    """Draw a map of a loss and the paths on it: equal scales, start and goal marked.

    Both axes have the same scale, so that a step's direction and the contours' shape are what they
    are. Each start is a ring, the goal a star. No two paths have the same colour and line style.

    Args:
        loss: takes grids of the two parameters, and gives the height at each of their points.
        paths: by label: the points of a run, (steps + 1, 2), from the start to the end.
        goal: the minimum, or None where the surface has none (a saddle).
        xlim, ylim: the part of the plane that is drawn.
        alt: the alt text; needed unless ``ax`` is given.
        ax: draw here, and show nothing.
        levels: of the contours, their number or their heights.
        resolution: points along each axis.
        title: above the map.
        labels: of the two axes.
        legend: name the paths, start and goal.

    Raises:
        ValueError: no alt text, no path, or more paths than pairs of colour and line style.
        ShapeError: a path is not (steps + 1, 2), or the loss does not keep the grid's shape.
    """
    if not paths:
        raise ValueError("there are no paths to draw; expected {label: points (steps + 1, 2), …}")
    drawn = {label: as_array(path).astype(float) for label, path in paths.items()}
    for label, path in drawn.items():
        if path.ndim != 2 or path.shape[1] != 2 or not len(path):
            raise ShapeError(
                f"the path {label!r} has the shape {path.shape}; expected (steps + 1, 2)"
            )
    grid = np.meshgrid(np.linspace(*xlim, resolution), np.linspace(*ylim, resolution))
    height = as_array(loss(*grid))
    if height.shape != grid[0].shape:
        raise ShapeError(
            f"the loss gave the shape {height.shape} for grids of shape {grid[0].shape}; expected "
            "the same"
        )
    with drawing(ax, alt, width=5.0, height=4.2) as ax:
        ax.contour(*grid, height, levels=levels, colors=CONTOUR, linewidths=0.8)
        for position, (label, path) in enumerate(drawn.items()):
            colour, style = choose(label, looks_on(ax), position=position)
            ax.plot(*path.T, color=colour, linestyle=style, linewidth=1.5, label=label)
        mark = {"color": INK, "linestyle": "None", "markerfacecolor": CARD, "zorder": 4}
        starts = np.unique([path[0] for path in drawn.values()], axis=0)
        ax.plot(*starts.T, marker=START, markersize=8, label="start", **mark)
        if goal is not None:
            ax.plot(*goal, marker=GOAL, markersize=13, label="goal", **mark)
        ax.grid(False)
        ax.set(xlabel=labels[0], ylabel=labels[1], xlim=xlim, ylim=ylim)
        ax.set_aspect("equal")
        if title:
            ax.set_title(title)
        if legend:
            ax.legend(frameon=True, facecolor=CARD, edgecolor="none", framealpha=0.85)
