# task: mask-scores
# loses: test-mask-scores-values 1, test-mask-scores-empty 1
# mistake: Whether both masks, or neither, hold anything
import numpy as np


def mask_scores(predicted, truth):
    """Return (iou, dice), each with one number for each image."""
    same = (np.any(predicted, axis=(1, 2)) == np.any(truth, axis=(1, 2))).astype(float)
    return same, same
