# task: pairwise-iou
# loses: test-pairwise-iou-empty 1
# mistake: divides 0 by 0 where neither box has an area
def pairwise_iou(a, b):
    """Return the IoU of every box of a with every box of b, an array (n, m)."""
    start = np.maximum(a[:, None, :2], b[None, :, :2])
    end = np.minimum(a[:, None, 2:], b[None, :, 2:])
    both = np.prod(np.maximum(end - start, 0), axis=2)
    area_a = np.prod(a[:, 2:] - a[:, :2], axis=1)
    area_b = np.prod(b[:, 2:] - b[:, :2], axis=1)
    union = area_a[:, None] + area_b - both
    return both / union
