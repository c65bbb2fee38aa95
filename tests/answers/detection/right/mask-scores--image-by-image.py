# task: mask-scores
# how: a loop over the images
def mask_scores(predicted, truth):
    iou, dice = [], []
    for p, t in zip(predicted, truth, strict=False):
        both, either = np.logical_and(p, t).sum(), np.logical_or(p, t).sum()
        iou.append(both / either if either else 1.0)
        dice.append(2 * both / (both + either) if either else 1.0)
    return iou, dice
