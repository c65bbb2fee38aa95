# task: input-gradient
# loses: test-input-gradient-plain 2
# mistake: The kernel is slid over upstream as it stands, without being turned round
import numpy as np


def input_gradient(kernel, upstream, input_shape, stride=1, padding=0):
    """Return the gradient of the loss with respect to a convolution's input."""
    batch, height, width, channels = input_shape
    _, rows, columns, _ = upstream.shape
    gradient = np.zeros((batch, height + 2 * padding, width + 2 * padding, channels))
    for a, b in np.ndindex(kernel.shape[:2]):
        met = gradient[:, a:, b:][:, ::stride, ::stride][:, :rows, :columns]  # a view: += writes
        met += upstream @ kernel[-1 - a, -1 - b].T
    return gradient[:, padding : padding + height, padding : padding + width]
