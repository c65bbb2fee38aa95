# task: dense-backward
# loses: test-dense-backward-weights 2, test-dense-backward-sequences 1
# mistake: the gradient of W has the shape (outputs, inputs): the factors stand in the wrong order
def dense_backward(x, W, upstream):
    rows = x.reshape(-1, x.shape[-1])
    rows_upstream = upstream.reshape(-1, upstream.shape[-1])
    return upstream @ W.T, rows_upstream.T @ rows, rows_upstream.sum(axis=0)
