# task: suppress
# loses: test-suppress-ties 1
# mistake: of equal scores the last comes first
def suppress(iou, scores, labels, threshold):
    """Return the indices of the detections that are kept, highest score first."""
    kept = []
    for i in np.argsort(scores, kind="stable")[::-1]:
        rivals = [k for k in kept if labels[k] == labels[i]]
        if all(iou[i, k] <= threshold for k in rivals):
            kept.append(int(i))
    return kept
