# task: dense-backward
# loses: test-dense-backward-input 1, test-dense-backward-sequences 1
# mistake: the gradient of x comes out as (inputs, batch)
def dense_backward(x, W, upstream):
    rows = x.reshape(-1, x.shape[-1])
    rows_upstream = upstream.reshape(-1, upstream.shape[-1])
    dx = W @ rows_upstream.T
    return dx, rows.T @ rows_upstream, rows_upstream.sum(axis=0)
