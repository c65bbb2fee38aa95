# task: log-gradient-norms
# loses: test-log-gradient-norms-range 1
# mistake: takes the logarithm at the end: 10^-400 is 0 by then
def log_gradient_norms(weights, slopes, upstream):
    logs, g = [], upstream
    for W, slope in zip(weights[::-1], slopes[::-1], strict=True):
        g = (g * slope) @ W.T
        logs.append(np.log10(np.linalg.norm(g)))
    return np.array(logs[::-1])
