# task: dense-backward
# loses: test-dense-backward-weights 2, test-dense-backward-bias 1, test-dense-backward-sequences 1
# mistake: the parameters' gradients are divided by the batch size, which the loss has done already
def dense_backward(x, W, upstream):
    n = x.shape[0]
    rows = x.reshape(-1, x.shape[-1])
    rows_upstream = upstream.reshape(-1, upstream.shape[-1])
    return upstream @ W.T, rows.T @ rows_upstream / n, rows_upstream.sum(axis=0) / n
