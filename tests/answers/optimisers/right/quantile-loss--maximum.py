# task: quantile-loss
# how: the larger of two lines, gradient by comparison
def quantile_loss(predictions, targets, q):
    error = np.asarray(targets, dtype=float) - predictions
    losses = np.maximum(q * error, (q - 1) * error)
    gradient = (predictions > targets).astype(float) - q
    return losses.mean(), gradient / losses.size
