# task: quantile-loss
# loses: test-quantile-loss-value 2, test-quantile-loss-gradient 2
# mistake: means over the batch axis only: right for vectors alone
def quantile_loss(predictions, targets, q):
    error = targets - predictions
    slope = np.where(error > 0, q, q - 1)
    return np.mean(slope * error, axis=0), -slope / len(error)
