# task: rezero-backward
# loses: test-rezero-backward-input 2
# mistake: multiplies the open way by alpha too
def rezero_backward(x, W, b, alpha, upstream):
    branch = np.tanh(x @ W + b)
    dalpha = np.sum(upstream * branch)
    dz = upstream * alpha * (1 - branch**2)
    return alpha * upstream + dz @ W.T, x.T @ dz, dz.sum(axis=0), dalpha
