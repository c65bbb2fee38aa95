# task: weighted-bce
# loses: test-weighted-bce-gradient 2
# mistake: the gradient of the loss without weight
def weighted_bce(logits, y, positive_weight):
    if_positive, if_negative = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    p = np.exp(-if_positive)
    losses = positive_weight * y * if_positive + (1 - y) * if_negative
    return losses.mean(), (p - y) / logits.size
