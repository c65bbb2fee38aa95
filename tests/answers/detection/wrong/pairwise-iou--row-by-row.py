# task: pairwise-iou
# loses: test-pairwise-iou-values 1, test-pairwise-iou-apart 1, test-pairwise-iou-empty 1
# mistake: compares the boxes row by row, not each with each
def pairwise_iou(a, b):
    """Return the IoU of every box of a with every box of b, an array (n, m)."""
    start = np.maximum(a[:, :2], b[:, :2])
    end = np.minimum(a[:, 2:], b[:, 2:])
    both = np.prod(np.maximum(end - start, 0), axis=1)
    area_a = np.prod(a[:, 2:] - a[:, :2], axis=1)
    area_b = np.prod(b[:, 2:] - b[:, :2], axis=1)
    union = area_a + area_b - both
    return np.divide(both, union, out=np.zeros(union.shape), where=union > 0)
