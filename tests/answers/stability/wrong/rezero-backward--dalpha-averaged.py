# task: rezero-backward
# loses: test-rezero-backward-alpha 1
# mistake: averages over the batch, though upstream has the 1/n already
def rezero_backward(x, W, b, alpha, upstream):
    branch = np.tanh(x @ W + b)
    dalpha = np.sum(upstream * branch) / len(x)
    dz = upstream * alpha * (1 - branch**2)
    return upstream + dz @ W.T, x.T @ dz, dz.sum(axis=0), dalpha
