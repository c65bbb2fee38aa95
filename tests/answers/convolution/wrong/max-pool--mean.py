# task: max-pool
# loses: test-max-pool-forward 1, test-max-pool-gradient 1, test-max-pool-overlap 1, test-max-pool-ties 1
# mistake: The mean of the window is taken, as in average pooling
import numpy as np


def max_pool(x, upstream, size, stride):
    """Return the largest entry of every window, and the gradient with respect to x."""
    pooled, gradient = np.zeros(upstream.shape), np.zeros(x.shape)
    for n, i, j, c in np.ndindex(upstream.shape):
        top, left = i * stride, j * stride
        window = x[n, top : top + size, left : left + size, c]
        pooled[n, i, j, c] = window.mean()
        gradient[n, top : top + size, left : left + size, c] += upstream[n, i, j, c] / size**2
    return pooled, gradient
