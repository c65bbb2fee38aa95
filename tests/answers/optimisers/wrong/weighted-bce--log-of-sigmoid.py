# task: weighted-bce
# loses: test-weighted-bce-large-logits 1
# mistake: the logarithm of a probability that is 0 or 1 in floating point
def weighted_bce(logits, y, positive_weight):
    p = 1 / (1 + np.exp(-logits))
    losses = -(positive_weight * y * np.log(p) + (1 - y) * np.log(1 - p))
    gradient = (1 - y) * p - positive_weight * y * (1 - p)
    return losses.mean(), gradient / logits.size
