# task: pairwise-iou
# loses: test-pairwise-iou-values 1, test-pairwise-iou-apart 1, test-pairwise-iou-empty 1
# mistake: 1 for two boxes with an area, wherever they are
import numpy as np


def pairwise_iou(a, b):
    """Return the IoU of every box of a with every box of b, an array (n, m)."""
    area_a, area_b = (np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) for boxes in (a, b))
    return np.outer(area_a > 0, area_b > 0).astype(float)
