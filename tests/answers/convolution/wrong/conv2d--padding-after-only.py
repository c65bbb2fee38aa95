# task: conv2d
# loses: test-conv2d-padding 1
# mistake: All the zeros stand below and on the right
import numpy as np


def conv2d(x, kernel, stride=1, padding=0, dilation=1):
    """Slide a kernel over a batch of pictures; both frameworks call this a convolution."""
    x = np.pad(x, ((0, 0), (0, 2 * padding), (0, 2 * padding), (0, 0)))
    batch, height, width, _ = x.shape
    kernel_height, kernel_width, _, channels = kernel.shape
    rows = (height - dilation * (kernel_height - 1) - 1) // stride + 1
    columns = (width - dilation * (kernel_width - 1) - 1) // stride + 1
    y = np.zeros((batch, rows, columns, channels))
    for a in range(kernel_height):
        for b in range(kernel_width):
            shifted = x[:, a * dilation :, b * dilation :]  # entry (a, b) meets its inputs
            patch = shifted[:, ::stride, ::stride][:, :rows, :columns]
            y += patch @ kernel[a, b]  # (batch, rows, columns, channels)
    return y
