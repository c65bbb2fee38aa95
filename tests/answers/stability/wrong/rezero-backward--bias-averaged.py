# task: rezero-backward
# loses: test-rezero-backward-weights 2
# mistake: the mean over the batch for the bias
def rezero_backward(x, W, b, alpha, upstream):
    branch = np.tanh(x @ W + b)
    dalpha = np.sum(upstream * branch)
    dz = upstream * alpha * (1 - branch**2)
    return upstream + dz @ W.T, x.T @ dz, dz.mean(axis=0), dalpha
