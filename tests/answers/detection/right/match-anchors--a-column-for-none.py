# task: match-anchors
# how: a column for *no truth* stands beside the others, and used rows are -1
def match_anchors(iou, threshold):
    none = np.full((len(iou), 1), np.nextafter(threshold, -1.0))
    best = np.concatenate([none, iou], axis=1).argmax(axis=1) - 1
    left = np.array(iou, dtype=float)
    for _ in range(min(left.shape)):
        largest = left.max()
        if largest <= 0:
            break
        i, j = np.argwhere(left == largest)[0]
        best[i] = j
        left[i] = left[:, j] = -1
    return best
