# task: dense-backward
# loses: test-dense-backward-sequences 1
# mistake: for sequences the sum runs over the batch and forgets the time
import numpy as np


def dense_backward(x, W, upstream):
    dW = np.einsum("b...i,b...o->...io", x, upstream)
    return upstream @ W.T, dW, upstream.sum(axis=0)
