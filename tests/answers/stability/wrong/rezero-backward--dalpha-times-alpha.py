# task: rezero-backward
# loses: test-rezero-backward-alpha 1
# mistake: multiplies dalpha by alpha: at alpha = 0 the block could never open
def rezero_backward(x, W, b, alpha, upstream):
    branch = np.tanh(x @ W + b)
    dalpha = np.sum(upstream * branch) * alpha
    dz = upstream * alpha * (1 - branch**2)
    return upstream + dz @ W.T, x.T @ dz, dz.sum(axis=0), dalpha
