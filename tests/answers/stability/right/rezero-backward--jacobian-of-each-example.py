# task: rezero-backward
# how: the Jacobian I + α W diag(slope) of every example by einsum
def rezero_backward(x, W, b, alpha, upstream):
    z = np.einsum("bi,io->bo", x, W) + b
    slope = 1 / np.cosh(z) ** 2
    jacobian = np.eye(len(W)) + alpha * np.einsum("io,bo->bio", W, slope)
    dx = np.einsum("bio,bo->bi", jacobian, upstream)
    dW = alpha * np.einsum("bi,bo,bo->io", x, slope, upstream)
    db = alpha * np.einsum("bo,bo->o", slope, upstream)
    return dx, dW, db, np.vdot(np.tanh(z), upstream)
