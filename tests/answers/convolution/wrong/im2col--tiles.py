# task: im2col
# loses: test-im2col-rows 1, test-im2col-stride 1
# mistake: The patches lie side by side, as if the stride were the kernel's size
import numpy as np


def im2col(x, kernel_height, kernel_width, stride=1):
    """Return every patch that a kernel meets, one in a row."""
    windows = np.lib.stride_tricks.sliding_window_view(
        x, (kernel_height, kernel_width), axis=(1, 2)
    )
    windows = windows[
        :, ::kernel_height, ::kernel_width
    ]  # (batch, rows, columns, channels, height, width)
    patches = windows.transpose(0, 1, 2, 4, 5, 3)  # the channel changes fastest
    return patches.reshape(-1, kernel_height * kernel_width * x.shape[3])
