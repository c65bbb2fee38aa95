# task: log-gradient-norms
# loses: test-log-gradient-norms-value 2, test-log-gradient-norms-dead 1
# mistake: multiplies by the slopes of the layer before instead of its own
def log_gradient_norms(weights, slopes, upstream):
    logs, g, size = [], upstream, 0.0
    for k in reversed(range(len(weights))):
        g = g @ weights[k].T
        g = g * slopes[k - 1] if k else g
        norm = np.linalg.norm(g)
        if norm == 0:
            size = -np.inf
        else:
            g = g / norm
            size = size + np.log10(norm)
        logs.append(size)
    return np.array(logs[::-1])
