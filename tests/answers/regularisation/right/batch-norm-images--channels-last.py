# task: batch-norm-images
# how: moved to (everything, channels) and back
def batch_norm_images(x, gamma, beta, running, training, momentum=0.1, epsilon=1e-5):
    rows = np.moveaxis(x, 1, -1)
    flat = rows.reshape(-1, rows.shape[-1])
    if training:
        mean, variance = flat.mean(0), flat.var(0)
        running["mean"] = running["mean"] + momentum * (mean - running["mean"])
        kept = flat.var(0, ddof=1)
        running["variance"] = running["variance"] + momentum * (kept - running["variance"])
    else:
        mean, variance = running["mean"], running["variance"]
    out = (flat - mean) / np.sqrt(variance + epsilon) * gamma + beta
    return np.moveaxis(out.reshape(rows.shape), -1, 1)
