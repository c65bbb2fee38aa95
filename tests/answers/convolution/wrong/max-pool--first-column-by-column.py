# task: max-pool
# loses: test-max-pool-ties 1
# mistake: Of equal entries the first in column order gets the gradient
import numpy as np


def max_pool(x, upstream, size, stride):
    """Return the largest entry of every window, and the gradient with respect to x."""
    pooled, gradient = np.zeros(upstream.shape), np.zeros(x.shape)
    for n, i, j, c in np.ndindex(upstream.shape):
        top, left = i * stride, j * stride
        window = x[n, top : top + size, left : left + size, c]
        b, a = np.unravel_index(window.T.argmax(), window.shape)  # the first of equal entries
        pooled[n, i, j, c] = window[a, b]
        gradient[n, top + a, left + b, c] += upstream[n, i, j, c]
    return pooled, gradient
