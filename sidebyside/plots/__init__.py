"""The figures of the course: one look everywhere, colour-blind safe, each with alt text.

Every helper takes ``alt``, the text for readers who can't see the picture, and then draws, shows
and closes a figure. With ``ax`` it draws there, shows nothing, and ``alt`` is not needed.
Importing this package imports neither matplotlib nor a framework.
"""

from sidebyside.frameworks import LABELS
from sidebyside.plots.boundaries import decision_boundary
from sidebyside.plots.curves import gradient_flow, learning_curves, small_multiples, spread
from sidebyside.plots.figures import figure, show
from sidebyside.plots.images import attention_map, feature_maps, image_grid
from sidebyside.plots.style import COLOURS, CYCLE, use_style
from sidebyside.plots.surfaces import loss_surface

__all__ = [
    "COLOURS",
    "CYCLE",
    "LABELS",
    "attention_map",
    "decision_boundary",
    "feature_maps",
    "figure",
    "gradient_flow",
    "image_grid",
    "learning_curves",
    "loss_surface",
    "show",
    "small_multiples",
    "spread",
    "use_style",
]
