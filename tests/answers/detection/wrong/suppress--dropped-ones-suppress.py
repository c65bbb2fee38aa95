# task: suppress
# loses: test-suppress-order 1, test-suppress-ties 1
# mistake: what was dropped still suppresses others
def suppress(iou, scores, labels, threshold):
    """Return the indices of the detections that are kept, highest score first."""
    kept, seen = [], []
    for i in np.argsort(-scores, kind="stable"):
        rivals = [k for k in seen if labels[k] == labels[i]]
        seen.append(i)
        if all(iou[i, k] <= threshold for k in rivals):
            kept.append(int(i))
    return kept
