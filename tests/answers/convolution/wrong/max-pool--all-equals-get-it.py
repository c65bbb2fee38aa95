# task: max-pool
# loses: test-max-pool-ties 1
# mistake: Every one of equal entries gets the whole gradient, as a mask x == max gives it
import numpy as np


def max_pool(x, upstream, size, stride):
    """Return the largest entry of every window, and the gradient with respect to x."""
    pooled, gradient = np.zeros(upstream.shape), np.zeros(x.shape)
    for n, i, j, c in np.ndindex(upstream.shape):
        top, left = i * stride, j * stride
        window = x[n, top : top + size, left : left + size, c]
        a, b = np.unravel_index(window.argmax(), window.shape)  # the first of equal entries
        pooled[n, i, j, c] = window[a, b]
        largest = window == window[a, b]
        gradient[n, top : top + size, left : left + size, c] += upstream[n, i, j, c] * largest
    return pooled, gradient
