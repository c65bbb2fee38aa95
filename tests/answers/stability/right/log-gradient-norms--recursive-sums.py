# task: log-gradient-norms
# how: collects the logarithms of the factors and adds them up in the end
def log_gradient_norms(weights, slopes, upstream):
    first = np.linalg.norm(upstream)
    g, factors = upstream / first, []
    for k in reversed(range(len(weights))):
        g = (g * slopes[k]) @ np.transpose(weights[k])
        length = float(np.sqrt(np.sum(g**2)))
        factors.append(np.log10(length) if length > 0 else -np.inf)
        g = g / length if length > 0 else g
    return (np.log10(first) + np.cumsum(factors))[::-1]
