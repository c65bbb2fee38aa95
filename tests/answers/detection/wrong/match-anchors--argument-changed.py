# task: match-anchors
# loses: test-match-anchors-nothing 1
# mistake: crosses rows and columns out in the argument itself
def match_anchors(iou, threshold):
    """Return for every anchor the index of its truth, or -1."""
    matches = np.full(len(iou), -1)
    if iou.size == 0:
        return matches
    good = iou.max(axis=1) >= threshold
    matches[good] = iou.argmax(axis=1)[good]
    left = iou
    while left.max() > 0:
        anchor, truth = np.unravel_index(left.argmax(), left.shape)
        matches[anchor] = truth
        left[anchor, :] = 0
        left[:, truth] = 0
    return matches
