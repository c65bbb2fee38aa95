# task: input-gradient
# loses: test-input-gradient-stride 1
# mistake: The size is computed from upstream: rows that no kernel met are missing
import numpy as np


def input_gradient(kernel, upstream, input_shape, stride=1, padding=0):
    """Return the gradient of the loss with respect to a convolution's input."""
    batch, height, width, channels = input_shape
    _, rows, columns, _ = upstream.shape
    height = (rows - 1) * stride + kernel.shape[0] - 2 * padding
    width = (columns - 1) * stride + kernel.shape[1] - 2 * padding
    gradient = np.zeros((batch, height + 2 * padding, width + 2 * padding, channels))
    for a, b in np.ndindex(kernel.shape[:2]):
        met = gradient[:, a:, b:][:, ::stride, ::stride][:, :rows, :columns]  # a view: += writes
        met += upstream @ kernel[a, b].T
    return gradient[:, padding : padding + height, padding : padding + width]
