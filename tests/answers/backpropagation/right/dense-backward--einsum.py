# task: dense-backward
# how: einsum on flattened rows, returned as a list
import numpy as np


def dense_backward(x, W, upstream):
    rows, arriving = x.reshape(-1, x.shape[-1]), upstream.reshape(-1, upstream.shape[-1])
    dx = np.einsum("...o,io->...i", upstream, W)
    dW = np.einsum("ri,ro->io", rows, arriving)
    db = np.einsum("ro->o", arriving)
    return [dx, dW, db]
