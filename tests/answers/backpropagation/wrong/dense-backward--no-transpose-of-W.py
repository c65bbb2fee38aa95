# task: dense-backward
# loses: test-dense-backward-weights 2, test-dense-backward-bias 1, test-dense-backward-input 1, test-dense-backward-sequences 1
# mistake: upstream @ W without the transpose, which fails whenever W is not square
def dense_backward(x, W, upstream):
    dx = upstream @ W
    dW = x.T @ upstream
    db = upstream.sum(axis=0)
    return dx, dW, db
