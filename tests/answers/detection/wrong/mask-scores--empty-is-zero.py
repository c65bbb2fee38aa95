# task: mask-scores
# loses: test-mask-scores-empty 1
# mistake: two empty masks score 0
def mask_scores(predicted, truth):
    """Return (iou, dice), each with one number for each image."""
    both = (predicted & truth).sum(axis=(1, 2))
    sizes = predicted.sum(axis=(1, 2)) + truth.sum(axis=(1, 2))
    empty = sizes == 0
    iou = both / (sizes - both + empty)  # 1 / 1 where both are empty
    dice = (2 * both) / (sizes + empty)
    return iou, dice
