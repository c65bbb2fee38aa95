# task: quantile-loss
# loses: test-quantile-loss-value 2, test-quantile-loss-gradient 2
# mistake: q is not used
def quantile_loss(predictions, targets, q):
    error = targets - predictions
    return np.mean(np.abs(error)), -np.sign(error) / error.size
