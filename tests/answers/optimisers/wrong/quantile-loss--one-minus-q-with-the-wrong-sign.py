# task: quantile-loss
# loses: test-quantile-loss-value 2
# mistake: (1 - q) e for negative e: too much is rewarded
def quantile_loss(predictions, targets, q):
    error = targets - predictions
    loss = np.where(error > 0, q * error, (1 - q) * error)
    return np.mean(loss), np.where(error > 0, -q, 1 - q) / error.size
