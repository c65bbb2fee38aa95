# task: quantile-loss
# loses: test-quantile-loss-gradient 2
# mistake: the gradient with respect to the error, not the prediction
def quantile_loss(predictions, targets, q):
    error = targets - predictions
    slope = np.where(error > 0, q, q - 1)
    return np.mean(slope * error), slope / error.size
