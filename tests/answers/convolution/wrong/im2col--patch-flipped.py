# task: im2col
# loses: test-im2col-columns 1
# mistake: The patch is turned round, as for a flipped kernel
import numpy as np


def im2col(x, kernel_height, kernel_width, stride=1):
    """Return every patch that a kernel meets, one in a row."""
    windows = np.lib.stride_tricks.sliding_window_view(
        x, (kernel_height, kernel_width), axis=(1, 2)
    )
    windows = windows[:, ::stride, ::stride]  # (batch, rows, columns, channels, height, width)
    patches = windows[..., ::-1, ::-1].transpose(0, 1, 2, 4, 5, 3)  # the channel changes fastest
    return patches.reshape(-1, kernel_height * kernel_width * x.shape[3])
