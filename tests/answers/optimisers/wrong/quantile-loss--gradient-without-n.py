# task: quantile-loss
# loses: test-quantile-loss-gradient 2
# mistake: the 1/n is missing in the gradient
def quantile_loss(predictions, targets, q):
    error = targets - predictions
    slope = np.where(error > 0, q, q - 1)
    return np.mean(slope * error), -slope
