# task: match-anchors
# loses: test-match-anchors-every-truth 1, test-match-anchors-conflict 1, test-match-anchors-nothing 1
# mistake: the second rule is missing
def match_anchors(iou, threshold):
    """Return for every anchor the index of its truth, or -1."""
    matches = np.full(len(iou), -1)
    if iou.size == 0:
        return matches
    good = iou.max(axis=1) >= threshold
    matches[good] = iou.argmax(axis=1)[good]
    return matches
