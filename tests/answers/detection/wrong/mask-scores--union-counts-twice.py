# task: mask-scores
# loses: test-mask-scores-values 1, test-mask-scores-empty 1
# mistake: the union counts the common pixels twice
def mask_scores(predicted, truth):
    """Return (iou, dice), each with one number for each image."""
    both = (predicted & truth).sum(axis=(1, 2))
    sizes = predicted.sum(axis=(1, 2)) + truth.sum(axis=(1, 2))
    empty = sizes == 0
    iou = (both + empty) / (sizes + empty)  # 1 / 1 where both are empty
    dice = (2 * both + empty) / (sizes + empty)
    return iou, dice
