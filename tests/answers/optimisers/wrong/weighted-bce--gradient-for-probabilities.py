# task: weighted-bce
# loses: test-weighted-bce-large-logits 1, test-weighted-bce-gradient 2
# mistake: the gradient with respect to p, not to the logit
def weighted_bce(logits, y, positive_weight):
    if_positive, if_negative = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    p = np.exp(-if_positive)
    losses = positive_weight * y * if_positive + (1 - y) * if_negative
    gradient = (1 - y) / (1 - p + 1e-12) - positive_weight * y / (p + 1e-12)
    return losses.mean(), gradient / logits.size
