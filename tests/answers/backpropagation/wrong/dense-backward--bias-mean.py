# task: dense-backward
# loses: test-dense-backward-bias 1, test-dense-backward-sequences 1
# mistake: the bias' gradient is the mean over the batch instead of the sum
def dense_backward(x, W, upstream):
    rows = x.reshape(-1, x.shape[-1])
    rows_upstream = upstream.reshape(-1, upstream.shape[-1])
    return upstream @ W.T, rows.T @ rows_upstream, rows_upstream.mean(axis=0)
