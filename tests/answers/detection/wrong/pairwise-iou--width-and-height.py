# task: pairwise-iou
# loses: test-pairwise-iou-values 1, test-pairwise-iou-empty 1
# mistake: reads a box as (x, y, width, height)
def pairwise_iou(a, b):
    """Return the IoU of every box of a with every box of b, an array (n, m)."""
    a, b = (np.concatenate([box[:, :2], box[:, :2] + box[:, 2:]], axis=1) for box in (a, b))
    start = np.maximum(a[:, None, :2], b[None, :, :2])
    end = np.minimum(a[:, None, 2:], b[None, :, 2:])
    both = np.prod(np.maximum(end - start, 0), axis=2)
    area_a = np.prod(a[:, 2:] - a[:, :2], axis=1)
    area_b = np.prod(b[:, 2:] - b[:, :2], axis=1)
    union = area_a[:, None] + area_b - both
    return np.divide(both, union, out=np.zeros(union.shape), where=union > 0)
