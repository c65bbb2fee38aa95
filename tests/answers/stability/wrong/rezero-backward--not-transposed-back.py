# task: rezero-backward
# loses: test-rezero-backward-input 2
# mistake: goes back through W instead of its transpose
def rezero_backward(x, W, b, alpha, upstream):
    branch = np.tanh(x @ W + b)
    dalpha = np.sum(upstream * branch)
    dz = upstream * alpha * (1 - branch**2)
    return upstream + dz @ W, x.T @ dz, dz.sum(axis=0), dalpha
