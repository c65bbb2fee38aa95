# task: max-pool
# how: All windows at once; the gradient is an array of the type of x
import numpy as np


def max_pool(x, upstream, size, stride):
    """Return the largest entry of every window, and the gradient with respect to x."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    windows = windows[:, ::stride, ::stride]  # (batch, rows, columns, channels, size, size)
    first = windows.reshape(*windows.shape[:4], -1).argmax(axis=-1)
    rows, columns = windows.shape[1:3]
    gradient = np.zeros_like(x)
    for k, (a, b) in enumerate(np.ndindex(size, size)):
        shifted = gradient[:, a : a + stride * rows : stride, b : b + stride * columns : stride]
        shifted += np.where(first == k, upstream, 0)
    return windows.max(axis=(4, 5)), gradient
