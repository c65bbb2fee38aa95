# task: batch-norm-images
# loses: test-batch-norm-images-inference 1
# mistake: the running statistics are updated at inference too
def batch_norm_images(x, gamma, beta, running, training, momentum=0.1, epsilon=1e-5):
    mean, variance = running["mean"], running["variance"]
    n = x.size / x.shape[1]
    new_mean, new_variance = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
    unbiased = new_variance * n / max(n - 1, 1)
    if training:
        mean, variance = new_mean, new_variance
    running["mean"] = (1 - momentum) * running["mean"] + momentum * new_mean
    running["variance"] = (1 - momentum) * running["variance"] + momentum * unbiased
    scale = gamma / np.sqrt(variance + epsilon)
    shift = beta - mean * scale
    return x * scale[:, None, None] + shift[:, None, None]
