# task: quantile-loss
# how: one entry at a time
def quantile_loss(predictions, targets, q):
    total, gradient = 0.0, np.zeros(predictions.shape)
    for place in np.ndindex(predictions.shape):
        error = targets[place] - predictions[place]
        slope = q if error > 0 else q - 1
        total += slope * error
        gradient[place] = -slope / predictions.size
    return total / predictions.size, gradient
