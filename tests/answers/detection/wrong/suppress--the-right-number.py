# task: suppress
# loses: test-suppress-order 1, test-suppress-threshold 1, test-suppress-ties 1, test-suppress-classes 1
# mistake: The first indices, as many as pairs that do not overlap leave over
import numpy as np


def suppress(iou, scores, labels, threshold):
    """Return the indices of the detections that are kept, highest score first."""
    return list(range(len(scores) - int((np.triu(iou, 1) > threshold).sum())))
