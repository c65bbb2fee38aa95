# task: dense-backward
# loses: test-dense-backward-weights 2, test-dense-backward-bias 1, test-dense-backward-input 1, test-dense-backward-sequences 1
# mistake: returns (dW, db, dx) where (dx, dW, db) is asked for
def dense_backward(x, W, upstream):
    rows = x.reshape(-1, x.shape[-1])
    rows_upstream = upstream.reshape(-1, upstream.shape[-1])
    return rows.T @ rows_upstream, rows_upstream.sum(axis=0), upstream @ W.T
