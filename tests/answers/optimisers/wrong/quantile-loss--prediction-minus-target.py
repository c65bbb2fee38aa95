# task: quantile-loss
# loses: test-quantile-loss-value 2, test-quantile-loss-gradient 2
# mistake: the error has the other sign, so q and 1 - q change sides
def quantile_loss(predictions, targets, q):
    error = predictions - targets
    loss = np.where(error > 0, q * error, (q - 1) * error)
    return loss.mean(), np.where(error > 0, q, q - 1) / error.size
