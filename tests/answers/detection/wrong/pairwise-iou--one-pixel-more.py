# task: pairwise-iou
# loses: test-pairwise-iou-values 1, test-pairwise-iou-apart 1, test-pairwise-iou-empty 1
# mistake: widths and heights count the last pixel, end - start + 1
def pairwise_iou(a, b):
    """Return the IoU of every box of a with every box of b, an array (n, m)."""
    start = np.maximum(a[:, None, :2], b[None, :, :2])
    end = np.minimum(a[:, None, 2:], b[None, :, 2:])
    both = np.prod(np.maximum(end - start + 1, 0), axis=2)
    area_a = np.prod(a[:, 2:] - a[:, :2] + 1, axis=1)
    area_b = np.prod(b[:, 2:] - b[:, :2] + 1, axis=1)
    union = area_a[:, None] + area_b - both
    return np.divide(both, union, out=np.zeros(union.shape), where=union > 0)
