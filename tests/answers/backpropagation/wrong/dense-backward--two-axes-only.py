# task: dense-backward
# loses: test-dense-backward-sequences 1
# mistake: x.T turns all three axes of a sequence round; only (batch, inputs) works
def dense_backward(x, W, upstream):
    return upstream @ W.T, x.T @ upstream, upstream.sum(axis=0)
