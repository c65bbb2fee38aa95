# task: mask-scores
# loses: test-mask-scores-empty 1
# mistake: an empty truth always scores 1
def mask_scores(predicted, truth):
    """Return (iou, dice), each with one number for each image."""
    both = (predicted & truth).sum(axis=(1, 2))
    sizes = predicted.sum(axis=(1, 2)) + truth.sum(axis=(1, 2))
    empty = sizes == 0
    iou = (both + empty) / (sizes - both + empty)  # 1 / 1 where both are empty
    dice = (2 * both + empty) / (sizes + empty)
    iou[~truth.any(axis=(1, 2))] = dice[~predicted.any(axis=(1, 2))] = 1.0
    return iou, dice
