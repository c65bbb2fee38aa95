# task: log-gradient-norms
# loses: test-log-gradient-norms-value 2, test-log-gradient-norms-dead 1
# mistake: leaves the activations' slopes out
def log_gradient_norms(weights, slopes, upstream):
    logs, g, size = [], upstream, 0.0
    for W, _slope in zip(weights[::-1], slopes[::-1], strict=True):
        g = g @ W.T
        norm = np.linalg.norm(g)
        if norm == 0:
            size = -np.inf
        else:
            g = g / norm
            size = size + np.log10(norm)
        logs.append(size)
    return np.array(logs[::-1])
