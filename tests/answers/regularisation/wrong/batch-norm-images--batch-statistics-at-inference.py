# task: batch-norm-images
# loses: test-batch-norm-images-inference 1
# mistake: the batch's own statistics are used at inference
def batch_norm_images(x, gamma, beta, running, training, momentum=0.1, epsilon=1e-5):
    mean, variance = running["mean"], running["variance"]
    mean, variance = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
    if training:
        n = x.size / x.shape[1]
        unbiased = variance * n / (n - 1)
        running["mean"] = (1 - momentum) * running["mean"] + momentum * mean
        running["variance"] = (1 - momentum) * running["variance"] + momentum * unbiased
    scale = gamma / np.sqrt(variance + epsilon)
    shift = beta - mean * scale
    return x * scale[:, None, None] + shift[:, None, None]
