# task: im2col
# loses: test-im2col-columns 1, test-im2col-rows 1, test-im2col-stride 1
# mistake: The sum of each patch in the first column, and zeros beside it
import numpy as np


def im2col(x, kernel_height, kernel_width, stride=1):
    """Return every patch that a kernel meets, one in a row."""
    windows = np.lib.stride_tricks.sliding_window_view(
        x, (kernel_height, kernel_width), axis=(1, 2)
    )
    sums = windows[:, ::stride, ::stride].sum(axis=(3, 4, 5)).reshape(-1, 1)
    return np.pad(sums, ((0, 0), (0, kernel_height * kernel_width * x.shape[3] - 1)))
