# task: average-precision
# how: precision and recall as a curve with both ends, and the area under its steps
def true_positives(iou, scores, threshold):
    open_ = np.ones(iou.shape[1], dtype=bool)
    correct = np.zeros(iou.shape[0], dtype=bool)
    for i in np.lexsort((np.arange(len(scores)), -scores)):
        candidates = np.where(open_, iou[i], -np.inf)
        if open_.any() and candidates.max() >= threshold:
            open_[candidates.argmax()] = False
            correct[i] = True
    return correct


def average_precision(scores, correct, truths):
    order = np.lexsort((np.arange(len(scores)), -scores))
    hits = np.cumsum(correct[order])
    recall = np.concatenate(
        [[0.0], np.array(hits, dtype=float) / truths if truths else hits + np.nan]
    )
    if truths == 0:
        return np.float64("nan")
    precision = hits / (np.arange(len(hits)) + 1.0)
    for k in range(len(precision) - 2, -1, -1):
        precision[k] = max(precision[k], precision[k + 1])
    return float(np.diff(recall) @ precision)
