# task: im2col
# loses: test-im2col-columns 1
# mistake: A patch is read column by column
import numpy as np


def im2col(x, kernel_height, kernel_width, stride=1):
    """Return every patch that a kernel meets, one in a row."""
    windows = np.lib.stride_tricks.sliding_window_view(
        x, (kernel_height, kernel_width), axis=(1, 2)
    )
    windows = windows[:, ::stride, ::stride]  # (batch, rows, columns, channels, height, width)
    patches = windows.transpose(0, 1, 2, 5, 4, 3)  # the channel changes fastest
    return patches.reshape(-1, kernel_height * kernel_width * x.shape[3])
