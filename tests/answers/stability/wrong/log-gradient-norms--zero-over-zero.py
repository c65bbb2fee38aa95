# task: log-gradient-norms
# loses: test-log-gradient-norms-dead 1
# mistake: divides by the norm also where it is zero
def log_gradient_norms(weights, slopes, upstream):
    logs, g, size = [], upstream, 0.0
    for W, slope in zip(weights[::-1], slopes[::-1], strict=True):
        g = (g * slope) @ W.T
        norm = np.linalg.norm(g)
        g = g / norm
        size = size + np.log10(norm)
        logs.append(size)
    return np.array(logs[::-1])
