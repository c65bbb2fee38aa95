"""Where a classifier of two inputs changes its mind."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sidebyside.errors import ShapeError
from sidebyside.plots.figures import as_array, drawing
from sidebyside.plots.style import CARD, CLASSES, INK, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Each class has a marker of its own too, so that colour is never the only sign.
MARKERS = ("o", "s", "^", "D", "P")


@styled
def decision_boundary(
    predict: Callable[[np.ndarray], Any],
    x: Any,
    y: Any,
    *,
    alt: str | None = None,
    ax: "Axes | None" = None,
    class_names: Sequence[str] | None = None,
    threshold: float | None = None,
    resolution: int = 200,
    title: str | None = None,
    labels: tuple[str, str] = ("$x_1$", "$x_2$"),
) -> None:
    """Draw the regions in which a classifier decides for each class, and the examples on them.

    Args:
        predict: takes points of shape (m, 2), float32, and gives for each: scores (m, classes), of
            which the largest wins; or one score (m,) or (m, 1), which is class 1 above the
            threshold; or whole numbers (m,), the labels themselves.
        x: examples of shape (n, 2).
        y: their labels from 0, of shape (n,).
        alt: the alt text; needed unless ``ax`` is given.
        ax: draw here, and show nothing.
        class_names: for the legend; otherwise "class 0", "class 1", …
        threshold: of a single score. None takes 0.5 if all scores lie between 0 and 1
            (probabilities), else 0 (logits).
        resolution: points along each axis.
        title: above the axes.
        labels: of the two axes.

    Raises:
        ValueError: no alt text, more than five classes, or fewer names than classes.
        ShapeError: x is not (n, 2), y not (n,), or the prediction fits none of the forms above.
    """
    x, y = as_array(x), as_array(y)
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if x.ndim != 2 or x.shape[1] != 2 or y.shape != x.shape[:1] or not len(x):
        raise ShapeError(
            f"x has the shape {x.shape} and y {y.shape}; expected (n, 2) and (n,): a decision "
            "boundary is drawn for two inputs"
        )
    y = y.astype(int)
    low, high = x.min(0), x.max(0)
    margin = 0.12 * np.maximum(high - low, 1e-6)
    sides = [np.linspace(low[i] - margin[i], high[i] + margin[i], resolution) for i in (0, 1)]
    points = np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2).astype(np.float32)
    regions = _regions(predict(points), len(points), threshold).reshape(resolution, resolution)
    classes = max(int(regions.max()), int(y.max()), 1) + 1
    if classes > len(CLASSES) or min(int(y.min()), int(regions.min())) < 0:
        raise ValueError(
            f"there are labels from {min(y.min(), regions.min())} to {classes - 1}; expected "
            f"labels from 0, at most {len(CLASSES)} classes"
        )
    if class_names is not None and len(class_names) < classes:
        raise ValueError(
            f"class_names has {len(class_names)} names for {classes} classes; expected one for each"
        )
    with drawing(ax, alt, width=5.0, height=4.2) as ax:
        ax.contourf(
            *sides,
            regions,
            levels=np.arange(classes + 1) - 0.5,
            colors=CLASSES[:classes],
            alpha=0.35,
        )
        for label in range(classes - 1):  # a line between each class and those above it
            if (regions <= label).any() and (regions > label).any():
                ax.contour(*sides, regions > label, levels=[0.5], colors=INK, linewidths=1.2)
        for label in range(classes):
            chosen = x[y == label]
            if len(chosen):
                ax.scatter(
                    *chosen.T,
                    s=30,
                    color=CLASSES[label],
                    marker=MARKERS[label],
                    edgecolor=INK,
                    linewidth=0.8,
                    label=class_names[label] if class_names is not None else f"class {label}",
                    zorder=3,
                )
        ax.grid(False)
        ax.set(xlabel=labels[0], ylabel=labels[1])
        ax.set_xlim(sides[0][0], sides[0][-1])
        ax.set_ylim(sides[1][0], sides[1][-1])
        if title:
            ax.set_title(title)
        ax.legend(frameon=True, facecolor=CARD, edgecolor="none", framealpha=0.85)


def _regions(scores: Any, points: int, threshold: float | None) -> np.ndarray:
    scores = as_array(scores)
    if scores.ndim == 2 and scores.shape[1] == 1:
        scores = scores[:, 0]
    if scores.ndim not in (1, 2) or len(scores) != points:
        raise ShapeError(
            f"predict gave the shape {scores.shape} for {points} points; expected ({points},), "
            f"({points}, 1) or ({points}, classes)"
        )
    if scores.ndim == 2:
        return scores.argmax(1)
    if scores.dtype.kind in "biu" and threshold is None:
        return scores.astype(int)
    if threshold is None:
        threshold = 0.5 if scores.min() >= 0 and scores.max() <= 1 else 0.0
    return (scores > threshold).astype(int)
