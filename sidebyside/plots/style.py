"""One look for every figure: colours, fonts, a light card that reads on light and dark pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from sidebyside.errors import require
from sidebyside.frameworks import LABELS

# The colour-blind safe palette of Okabe and Ito, "Color Universal Design" (2008),
# https://jfly.uni-koeln.de/color/. Bluish green, vermilion and blue belong to the frameworks and
# stand at 3 to 1 or better against the card. What is not a framework takes the others, of which
# orange, sky blue and purple are darkened to reach the same contrast.
COLOURS = {"numpy": "#009E73", "tensorflow": "#D55E00", "pytorch": "#0072B2"}
CYCLE = ("#333333", "#B8457F", "#B77A00", "#3C93C2")

# Classes of data: orange, sky blue, purple and yellow as published, because they are drawn as areas
# and as points with a dark edge; then a dark grey.
CLASSES = ("#E69F00", "#56B4E9", "#CC79A7", "#F0E442", "#4D4D4D")

CARD = "#fdfdfb"
INK = "#262626"
GREY = "#6b6b6b"
GRID = "#e3e3de"
DPI = 100

_styled = False


def use_style() -> None:
    """Apply the book's look to matplotlib, for all figures that follow.

    ``training.setup`` does so in a chapter; the helpers of this package do so at their first use.

    Raises:
        MissingPackageError: matplotlib is not installed.
    """
    global _styled
    matplotlib = require("matplotlib", extra="frameworks", purpose="drawing figures")
    matplotlib.rcParams.update(
        {
            "figure.dpi": DPI,
            "figure.figsize": (6.4, 3.6),
            "figure.facecolor": CARD,
            "figure.constrained_layout.use": True,
            "savefig.dpi": DPI,
            "savefig.facecolor": CARD,
            "axes.facecolor": CARD,
            "axes.edgecolor": GREY,
            "axes.labelcolor": INK,
            "axes.titlecolor": INK,
            "axes.titlelocation": "left",
            "axes.titleweight": "bold",
            "axes.titlesize": 11.5,
            "axes.titlepad": 8,
            "axes.labelsize": 11,
            "axes.grid": True,
            "axes.axisbelow": True,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.prop_cycle": matplotlib.cycler(color=(*CYCLE, *COLOURS.values())),
            "grid.color": GRID,
            "grid.linewidth": 0.8,
            "font.family": "sans-serif",
            "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib: the same everywhere
            "font.size": 11,
            "text.color": INK,
            "xtick.color": GREY,
            "ytick.color": GREY,
            "xtick.labelcolor": INK,
            "ytick.labelcolor": INK,
            "xtick.labelsize": 10,
            "ytick.labelsize": 10,
            "legend.fontsize": 10,
            "legend.frameon": False,
            "legend.handlelength": 1.8,
            "lines.linewidth": 2.0,
            "lines.markersize": 5,
            "image.cmap": "viridis",
            "image.interpolation": "nearest",
        }
    )
    _styled = True


def styled(function: Callable) -> Callable:
    """Apply the style before the function's first figure, unless that has been done."""

    @wraps(function)
    def with_style(*args: Any, **kwargs: Any) -> Any:
        if not _styled:
            use_style()
        return function(*args, **kwargs)

    return with_style


def colour_of(label: str, position: int) -> str:
    """The framework's colour if the label names one framework, else one by position."""
    named = [key for key, name in LABELS.items() if name.lower() in label.lower()]
    if "keras" in label.lower() and "tensorflow" not in named:
        named.append("tensorflow")
    return COLOURS[named[0]] if len(named) == 1 else CYCLE[position % len(CYCLE)]


def readable_on(colour: Any) -> str:
    """Black or white, whichever has more contrast with the colour (4.5 to 1 or better).

    Contrast and relative luminance as in WCAG 2.2.
    """
    from matplotlib.colors import to_rgb

    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    luminance = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return "black" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "white"
