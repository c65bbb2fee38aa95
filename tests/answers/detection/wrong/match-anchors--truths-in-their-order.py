# task: match-anchors
# loses: test-match-anchors-conflict 1, test-match-anchors-nothing 1
# mistake: the truths choose in their order, not the largest IoU first
def match_anchors(iou, threshold):
    """Return for every anchor the index of its truth, or -1."""
    matches = np.full(len(iou), -1)
    if iou.size == 0:
        return matches
    good = iou.max(axis=1) >= threshold
    matches[good] = iou.argmax(axis=1)[good]
    left = iou.copy()
    for truth in range(iou.shape[1]):
        anchor = left[:, truth].argmax()
        if left[anchor, truth] <= 0:
            continue
        matches[anchor] = truth
        left[anchor, :] = 0
        left[:, truth] = 0
    return matches
