# task: grid-anchors
# loses: test-grid-anchors-size 1, test-grid-anchors-order 1
# mistake: The middles in place of boxes, as often as there are scales and ratios
import numpy as np


def grid_anchors(rows, columns, stride, scales, ratios):
    """Return the anchors (x0, y0, x1, y1) of a grid, cell by cell."""
    middles = [[j + 0.5, i + 0.5] * 2 for i in range(rows) for j in range(columns)]
    return np.repeat(stride * np.array(middles), len(scales) * len(ratios), axis=0)
