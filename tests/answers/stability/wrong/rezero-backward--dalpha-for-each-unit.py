# task: rezero-backward
# loses: test-rezero-backward-alpha 1
# mistake: sums over the batch only: one dalpha for each unit
def rezero_backward(x, W, b, alpha, upstream):
    branch = np.tanh(x @ W + b)
    dalpha = np.sum(upstream * branch, axis=0)
    dz = upstream * alpha * (1 - branch**2)
    return upstream + dz @ W.T, x.T @ dz, dz.sum(axis=0), dalpha
