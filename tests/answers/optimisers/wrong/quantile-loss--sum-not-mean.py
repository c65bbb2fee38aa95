# task: quantile-loss
# loses: test-quantile-loss-value 2, test-quantile-loss-gradient 2
# mistake: sum instead of mean, in both
def quantile_loss(predictions, targets, q):
    error = targets - predictions
    slope = np.where(error > 0, q, q - 1)
    return np.sum(slope * error), -slope
