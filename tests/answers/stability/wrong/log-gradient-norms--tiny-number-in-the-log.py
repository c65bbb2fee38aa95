# task: log-gradient-norms
# loses: test-log-gradient-norms-dead 1
# mistake: adds 1e-300 so that the logarithm exists: a closed layer seems open
def log_gradient_norms(weights, slopes, upstream):
    logs, g, size = [], upstream, 0.0
    for W, slope in zip(weights[::-1], slopes[::-1], strict=True):
        g = (g * slope) @ W.T
        norm = np.linalg.norm(g)
        g = g / (norm + 1e-300)
        size = size + np.log10(norm + 1e-300)
        logs.append(size)
    return np.array(logs[::-1])
