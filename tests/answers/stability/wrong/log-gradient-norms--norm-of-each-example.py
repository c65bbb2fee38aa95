# task: log-gradient-norms
# loses: test-log-gradient-norms-value 2, test-log-gradient-norms-range 1
# mistake: sums the examples' norms instead of taking the norm of all
def log_gradient_norms(weights, slopes, upstream):
    logs, g, size = [], upstream, 0.0
    for W, slope in zip(weights[::-1], slopes[::-1], strict=True):
        g = (g * slope) @ W.T
        norm = np.linalg.norm(g, axis=1).sum()
        if norm == 0:
            size = -np.inf
        else:
            g = g / norm
            size = size + np.log10(norm)
        logs.append(size)
    return np.array(logs[::-1])
