# task: dense-backward
# loses: test-dense-backward-bias 1, test-dense-backward-sequences 1
# mistake: keepdims leaves the bias' gradient in the shape (1, outputs)
def dense_backward(x, W, upstream):
    rows = x.reshape(-1, x.shape[-1])
    rows_upstream = upstream.reshape(-1, upstream.shape[-1])
    return upstream @ W.T, rows.T @ rows_upstream, rows_upstream.sum(axis=0, keepdims=True)
