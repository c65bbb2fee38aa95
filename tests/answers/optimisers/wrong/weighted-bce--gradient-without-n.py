# task: weighted-bce
# loses: test-weighted-bce-gradient 2
# mistake: the 1/n is missing in the gradient
def weighted_bce(logits, y, positive_weight):
    if_positive, if_negative = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    p = np.exp(-if_positive)
    losses = positive_weight * y * if_positive + (1 - y) * if_negative
    return losses.mean(), (1 - y) * p - positive_weight * y * (1 - p)
