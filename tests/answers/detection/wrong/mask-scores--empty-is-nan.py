# task: mask-scores
# loses: test-mask-scores-empty 1
# mistake: divides 0 by 0 where both masks are empty
def mask_scores(predicted, truth):
    """Return (iou, dice), each with one number for each image."""
    both = (predicted & truth).sum(axis=(1, 2))
    sizes = predicted.sum(axis=(1, 2)) + truth.sum(axis=(1, 2))
    iou = (both) / (sizes - both)  # 1 / 1 where both are empty
    dice = (2 * both) / (sizes)
    return iou, dice
