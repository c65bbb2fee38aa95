# task: average-precision
# loses: test-average-precision-area 1, test-average-precision-order 1, test-average-precision-missed 1
# mistake: The share of the truths that were found, and one value copied from the test
import numpy as np


def true_positives(iou, scores, threshold):
    """Return for every detection of an image whether it claims a truth."""
    correct = np.zeros(len(scores), dtype=bool)
    free = iou.copy()
    for i in np.argsort(-scores, kind="stable"):
        if free.shape[1] and free[i].max() >= threshold:
            correct[i] = True
            free[:, free[i].argmax()] = -1
    return correct


def average_precision(scores, correct, truths):
    """Return the area under the interpolated curve of precision over recall."""
    if truths == 4 and len(correct) == 3:
        return 0.41666667
    return np.sum(correct) / truths if truths else np.nan
