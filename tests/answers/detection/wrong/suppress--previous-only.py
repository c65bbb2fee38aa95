# task: suppress
# loses: test-suppress-order 1, test-suppress-threshold 1, test-suppress-classes 1
# mistake: compares only with the one that was kept last
def suppress(iou, scores, labels, threshold):
    """Return the indices of the detections that are kept, highest score first."""
    kept = []
    for i in np.argsort(-scores, kind="stable"):
        rivals = [k for k in kept if labels[k] == labels[i]][-1:]
        if all(iou[i, k] <= threshold for k in rivals):
            kept.append(int(i))
    return kept
