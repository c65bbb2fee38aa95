# task: match-anchors
# loses: test-match-anchors-conflict 1, test-match-anchors-nothing 1
# mistake: every truth takes its best anchor, though another has it already
def match_anchors(iou, threshold):
    """Return for every anchor the index of its truth, or -1."""
    matches = np.full(len(iou), -1)
    if iou.size == 0:
        return matches
    good = iou.max(axis=1) >= threshold
    matches[good] = iou.argmax(axis=1)[good]
    for truth in range(iou.shape[1]):
        if iou[:, truth].max() > 0:
            matches[iou[:, truth].argmax()] = truth
    return matches
