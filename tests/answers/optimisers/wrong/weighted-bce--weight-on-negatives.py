# task: weighted-bce
# loses: test-weighted-bce-value 2, test-weighted-bce-gradient 2
# mistake: the weight multiplies the negatives
def weighted_bce(logits, y, positive_weight):
    if_positive, if_negative = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    p = np.exp(-if_positive)
    losses = y * if_positive + positive_weight * (1 - y) * if_negative
    gradient = positive_weight * (1 - y) * p - y * (1 - p)
    return losses.mean(), gradient / logits.size
