# task: mask-scores
# how: flat masks, products of numbers, and Dice from IoU
def mask_scores(predicted, truth):
    p = predicted.reshape(len(predicted), -1).astype(float)
    t = truth.reshape(len(truth), -1).astype(float)
    both = (p * t).sum(1)
    union = np.maximum(p, t).sum(1)
    iou = np.where(union > 0, both / np.maximum(union, 1), 1.0)
    return iou, 2 * iou / (1 + iou)
