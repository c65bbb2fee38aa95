# task: input-gradient
# loses: test-input-gradient-plain 2
# mistake: The output channels are summed before the kernel's weights are used
import numpy as np


def input_gradient(kernel, upstream, input_shape, stride=1, padding=0):
    """Return the gradient of the loss with respect to a convolution's input."""
    batch, height, width, channels = input_shape
    _, rows, columns, _ = upstream.shape
    gradient = np.zeros((batch, height + 2 * padding, width + 2 * padding, channels))
    for a, b in np.ndindex(kernel.shape[:2]):
        met = gradient[:, a:, b:][:, ::stride, ::stride][:, :rows, :columns]  # a view: += writes
        met += upstream.sum(axis=3, keepdims=True) @ kernel[a, b].sum(axis=1)[None]
    return gradient[:, padding : padding + height, padding : padding + width]
