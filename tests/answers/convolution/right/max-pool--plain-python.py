# task: max-pool
# how: Python's own max over coordinates; nested lists come back
import numpy as np


def max_pool(x, upstream, size, stride):
    pooled, gradient = np.empty(upstream.shape), 0.0 * x
    for n, i, j, c in np.ndindex(upstream.shape):
        places = [(i * stride + a, j * stride + b) for a in range(size) for b in range(size)]
        row, column = max(places, key=lambda place: x[n, place[0], place[1], c])
        pooled[n, i, j, c] = x[n, row, column, c]
        gradient[n, row, column, c] += upstream[n, i, j, c]
    return [pooled, gradient]
