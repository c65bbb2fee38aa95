# task: kernel-gradient
# loses: test-kernel-gradient-sum 1
# mistake: The axes of the channels are swapped: (out, in)
import numpy as np


def kernel_gradient(x, upstream, kernel_size, stride=1, padding=0):
    """Return the gradient of the loss with respect to a convolution's kernel."""
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    _, rows, columns, outputs = upstream.shape
    gradient = np.zeros((*kernel_size, x.shape[3], outputs))
    for a, b in np.ndindex(*kernel_size):
        patch = x[:, a:, b:][:, ::stride, ::stride][:, :rows, :columns]  # what met entry (a, b)
        gradient[a, b] = np.einsum("nijc,nijo->co", patch, upstream)
    return gradient.swapaxes(2, 3)
