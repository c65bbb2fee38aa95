# task: conv2d
# how: sliding_window_view and einsum
import numpy as np


def conv2d(x, kernel, stride=1, padding=0, dilation=1):
    x = np.pad(x, [(0, 0)] + [(padding, padding)] * 2 + [(0, 0)])
    reach = tuple(dilation * (n - 1) + 1 for n in kernel.shape[:2])
    windows = np.lib.stride_tricks.sliding_window_view(x, reach, axis=(1, 2))
    windows = windows[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.einsum("nijcab,abco->nijo", windows, kernel)
