# task: mask-scores
# loses: test-mask-scores-values 1, test-mask-scores-empty 1
# mistake: one score for all images together
def mask_scores(predicted, truth):
    """Return (iou, dice), each with one number for each image."""
    both = (predicted & truth).sum()
    sizes = predicted.sum() + truth.sum()
    empty = sizes == 0
    iou = (both + empty) / (sizes - both + empty)  # 1 / 1 where both are empty
    dice = (2 * both + empty) / (sizes + empty)
    return iou, dice
