# task: weighted-bce
# loses: test-weighted-bce-large-logits 1
# mistake: probabilities clipped to 1e-12: no infinity, but a wrong loss
def weighted_bce(logits, y, positive_weight):
    p = np.clip(1 / (1 + np.exp(-logits)), 1e-12, 1 - 1e-12)
    losses = -(positive_weight * y * np.log(p) + (1 - y) * np.log(1 - p))
    gradient = (1 - y) * p - positive_weight * y * (1 - p)
    return losses.mean(), gradient / logits.size
