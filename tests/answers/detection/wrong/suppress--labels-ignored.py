# task: suppress
# loses: test-suppress-classes 1
# mistake: detections of other classes are dropped, too
def suppress(iou, scores, labels, threshold):
    """Return the indices of the detections that are kept, highest score first."""
    kept = []
    for i in np.argsort(-scores, kind="stable"):
        rivals = [k for k in kept]
        if all(iou[i, k] <= threshold for k in rivals):
            kept.append(int(i))
    return kept
