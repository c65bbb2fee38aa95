# task: batch-norm-images
# loses: test-batch-norm-images-running 2
# mistake: momentum is taken for the share that stays
def batch_norm_images(x, gamma, beta, running, training, momentum=0.1, epsilon=1e-5):
    mean, variance = running["mean"], running["variance"]
    if training:
        mean, variance = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        n = x.size / x.shape[1]
        unbiased = variance * n / (n - 1)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["variance"] = momentum * running["variance"] + (1 - momentum) * unbiased
    scale = gamma / np.sqrt(variance + epsilon)
    shift = beta - mean * scale
    return x * scale[:, None, None] + shift[:, None, None]
