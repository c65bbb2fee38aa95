# task: weighted-bce
# how: positives and negatives by index
def weighted_bce(logits, y, positive_weight):
    losses, gradient = np.empty(logits.shape), np.empty(logits.shape)
    positive = y > 0.5
    losses[positive] = positive_weight * np.logaddexp(0, -logits[positive])
    losses[~positive] = np.logaddexp(0, logits[~positive])
    gradient[positive] = -positive_weight * np.exp(-np.logaddexp(0, logits[positive]))
    gradient[~positive] = np.exp(-np.logaddexp(0, -logits[~positive]))
    return losses.mean(), gradient / logits.size
