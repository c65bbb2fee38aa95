# task: match-anchors
# loses: test-match-anchors-threshold 1
# mistake: takes the first truth above the threshold, not the best
def match_anchors(iou, threshold):
    """Return for every anchor the index of its truth, or -1."""
    matches = np.full(len(iou), -1)
    if iou.size == 0:
        return matches
    good = iou.max(axis=1) >= threshold
    matches[good] = (iou >= threshold).argmax(axis=1)[good]
    left = iou.copy()
    while left.max() > 0:
        anchor, truth = np.unravel_index(left.argmax(), left.shape)
        matches[anchor] = truth
        left[anchor, :] = 0
        left[:, truth] = 0
    return matches
