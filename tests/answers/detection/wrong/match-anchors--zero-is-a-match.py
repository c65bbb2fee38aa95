# task: match-anchors
# loses: test-match-anchors-nothing 1
# mistake: truths that nothing overlaps are given an anchor, too
def match_anchors(iou, threshold):
    """Return for every anchor the index of its truth, or -1."""
    matches = np.full(len(iou), -1)
    if iou.size == 0:
        return matches
    good = iou.max(axis=1) >= threshold
    matches[good] = iou.argmax(axis=1)[good]
    left = iou.copy()
    for _ in range(min(iou.shape)):
        anchor, truth = np.unravel_index(left.argmax(), left.shape)
        matches[anchor] = truth
        left[anchor, :] = -1
        left[:, truth] = -1
    return matches
