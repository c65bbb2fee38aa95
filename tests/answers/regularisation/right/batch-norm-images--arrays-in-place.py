# task: batch-norm-images
# how: channel by channel, and the arrays of running changed in place
def batch_norm_images(x, gamma, beta, running, training, momentum=0.1, epsilon=1e-5):
    out = np.empty(np.shape(x))
    for c in range(x.shape[1]):
        pixels = x[:, c]
        mean, variance = running["mean"][c], running["variance"][c]
        if training:
            mean, variance = np.mean(pixels), np.var(pixels)
            running["mean"][c] += momentum * (mean - running["mean"][c])
            running["variance"][c] += momentum * (np.var(pixels, ddof=1) - running["variance"][c])
        out[:, c] = gamma[c] * (pixels - mean) / (variance + epsilon) ** 0.5 + beta[c]
    return out
