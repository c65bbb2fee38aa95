# task: kernel-gradient
# how: sliding_window_view and one tensordot
import numpy as np


def kernel_gradient(x, upstream, kernel_size, stride=1, padding=0):
    x = np.pad(x, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel_size, axis=(1, 2))
    windows = windows[:, ::stride, ::stride]  # (batch, rows, columns, channels, a, b)
    found = np.tensordot(windows, upstream, axes=((0, 1, 2), (0, 1, 2)))
    return np.moveaxis(found, 0, 2)
