# task: pairwise-iou
# loses: test-pairwise-iou-apart 1
# mistake: two negative overlaps have a positive product
def pairwise_iou(a, b):
    """Return the IoU of every box of a with every box of b, an array (n, m)."""
    start = np.maximum(a[:, None, :2], b[None, :, :2])
    end = np.minimum(a[:, None, 2:], b[None, :, 2:])
    both = np.prod(end - start, axis=2)
    area_a = np.prod(a[:, 2:] - a[:, :2], axis=1)
    area_b = np.prod(b[:, 2:] - b[:, :2], axis=1)
    union = area_a[:, None] + area_b - both
    return np.divide(both, union, out=np.zeros(union.shape), where=union > 0)
