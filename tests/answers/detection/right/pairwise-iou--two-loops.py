# task: pairwise-iou
# how: a loop over both sets
def pairwise_iou(a, b):
    found = np.zeros((len(a), len(b)))
    for i, (ax0, ay0, ax1, ay1) in enumerate(a):
        for j, (bx0, by0, bx1, by1) in enumerate(b):
            width = max(min(ax1, bx1) - max(ax0, bx0), 0)
            height = max(min(ay1, by1) - max(ay0, by0), 0)
            both = width * height
            union = (ax1 - ax0) * (ay1 - ay0) + (bx1 - bx0) * (by1 - by0) - both
            found[i, j] = both / union if both > 0 else 0.0
    return found
