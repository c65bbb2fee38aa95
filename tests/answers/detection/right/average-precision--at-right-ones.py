# task: average-precision
# how: a list of free truths; the mean over right detections of the best precision from there on
import numpy as np


def true_positives(iou, scores, threshold):
    """Return for every detection of an image whether it claims a truth."""
    free = list(range(iou.shape[1]))
    answer = [False] * len(scores)
    for i in sorted(range(len(scores)), key=lambda i: -scores[i]):
        best = max(free, key=lambda truth: iou[i, truth], default=None)
        if best is not None and iou[i, best] >= threshold:
            answer[i] = True
            free.remove(best)
    return answer


def average_precision(scores, correct, truths):
    """Return the area under the interpolated curve of precision over recall."""
    if truths == 0:
        return float("nan")
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    right = [bool(correct[i]) for i in order]
    precision = [sum(right[: k + 1]) / (k + 1) for k in range(len(right))]
    return sum(max(precision[k:]) for k in range(len(right)) if right[k]) / truths
