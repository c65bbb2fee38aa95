# task: rezero-backward
# loses: test-rezero-backward-weights 2, test-rezero-backward-input 2
# mistake: passes the gradient through tanh as if it were a line
def rezero_backward(x, W, b, alpha, upstream):
    branch = np.tanh(x @ W + b)
    dalpha = np.sum(upstream * branch)
    dz = upstream * alpha
    return upstream + dz @ W.T, x.T @ dz, dz.sum(axis=0), dalpha
