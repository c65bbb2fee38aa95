# task: weighted-bce
# loses: test-weighted-bce-value 2, test-weighted-bce-gradient 2
# mistake: divided by the sum of the weights
def weighted_bce(logits, y, positive_weight):
    if_positive, if_negative = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    p = np.exp(-if_positive)
    total = np.sum(1 + (positive_weight - 1) * y)
    losses = positive_weight * y * if_positive + (1 - y) * if_negative
    gradient = (1 - y) * p - positive_weight * y * (1 - p)
    return losses.sum() / total, gradient / total
