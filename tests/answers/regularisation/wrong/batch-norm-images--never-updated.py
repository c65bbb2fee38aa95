# task: batch-norm-images
# loses: test-batch-norm-images-running 2
# mistake: a new dict is made, and the one that was given stays as it was
def batch_norm_images(x, gamma, beta, running, training, momentum=0.1, epsilon=1e-5):
    mean, variance = running["mean"], running["variance"]
    if training:
        mean, variance = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        n = x.size / x.shape[1]
        unbiased = variance * n / (n - 1)
        running = {
            "mean": (1 - momentum) * running["mean"] + momentum * mean,
            "variance": (1 - momentum) * running["variance"] + momentum * unbiased,
        }
    scale = gamma / np.sqrt(variance + epsilon)
    shift = beta - mean * scale
    return x * scale[:, None, None] + shift[:, None, None]
