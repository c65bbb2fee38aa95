# task: suppress
# loses: test-suppress-order 1, test-suppress-threshold 1, test-suppress-ties 1, test-suppress-classes 1
# mistake: returns whether each is kept, not which
def suppress(iou, scores, labels, threshold):
    """Return the indices of the detections that are kept, highest score first."""
    kept = []
    for i in np.argsort(-scores, kind="stable"):
        rivals = [k for k in kept if labels[k] == labels[i]]
        if all(iou[i, k] <= threshold for k in rivals):
            kept.append(int(i))
    return [i in kept for i in range(len(scores))]
