# task: rezero-backward
# how: a loop over the examples with outer products
def rezero_backward(x, W, b, alpha, upstream):
    dx, dW, db, dalpha = np.zeros_like(x), np.zeros_like(W), np.zeros_like(b), 0.0
    for i in range(len(x)):
        branch = np.tanh(x[i] @ W + b)
        dz = alpha * upstream[i] / np.cosh(x[i] @ W + b) ** 2
        dx[i] = upstream[i] + W @ dz
        dW += np.outer(x[i], dz)
        db += dz
        dalpha += float(upstream[i] @ branch)
    return dx, dW, db, dalpha
