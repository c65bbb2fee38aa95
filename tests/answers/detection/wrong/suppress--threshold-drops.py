# task: suppress
# loses: test-suppress-threshold 1
# mistake: drops at an IoU of exactly the threshold, too
def suppress(iou, scores, labels, threshold):
    """Return the indices of the detections that are kept, highest score first."""
    kept = []
    for i in np.argsort(-scores, kind="stable"):
        rivals = [k for k in kept if labels[k] == labels[i]]
        if all(iou[i, k] < threshold for k in rivals):
            kept.append(int(i))
    return kept
