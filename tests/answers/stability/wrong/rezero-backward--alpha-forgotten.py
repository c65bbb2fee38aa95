# task: rezero-backward
# loses: test-rezero-backward-weights 2, test-rezero-backward-input 2
# mistake: the branch's gradient is not multiplied by alpha
def rezero_backward(x, W, b, alpha, upstream):
    branch = np.tanh(x @ W + b)
    dalpha = np.sum(upstream * branch)
    dz = upstream * (1 - branch**2)
    return upstream + dz @ W.T, x.T @ dz, dz.sum(axis=0), dalpha
