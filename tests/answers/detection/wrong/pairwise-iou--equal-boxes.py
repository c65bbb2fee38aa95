# task: pairwise-iou
# loses: test-pairwise-iou-values 1, test-pairwise-iou-apart 1, test-pairwise-iou-empty 1
# mistake: 1 for equal boxes and 0 for all others
def pairwise_iou(a, b):
    """Return the IoU of every box of a with every box of b, an array (n, m)."""
    return (a[:, None] == b[None]).all(axis=2).astype(float)
