# task: match-anchors
# how: goes through all pairs from the largest IoU to the smallest
def match_anchors(iou, threshold):
    anchors, truths = iou.shape
    matches = [-1] * anchors
    for i in range(anchors):
        for j in range(truths):
            if iou[i, j] >= threshold and (matches[i] < 0 or iou[i, j] > iou[i, matches[i]]):
                matches[i] = j
    used_anchors, used_truths = set(), set()
    for flat in np.argsort(-iou, axis=None, kind="stable"):
        i, j = divmod(int(flat), truths)
        if iou[i, j] > 0 and i not in used_anchors and j not in used_truths:
            matches[i] = j
            used_anchors.add(i)
            used_truths.add(j)
    return np.array(matches, dtype=int)
