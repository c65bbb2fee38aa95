# task: flatten-order
# loses: test-flatten-order-torch 2
# mistake: Keras's order is read as (channels, height, width)
import numpy as np


def dense_to_torch(kernel, height, width, channels):
    """Return the weight of nn.Linear behind PyTorch's flatten for a kernel behind Keras's."""
    kernel = np.reshape(kernel, (channels, height, width, -1))
    kernel = kernel.transpose(3, 1, 2, 0)  # (units, channels, height, width)
    return kernel.reshape(len(kernel), -1)


def dense_to_keras(weight, height, width, channels):
    """Return the kernel of a Keras dense layer for a weight of nn.Linear: the way back."""
    weight = np.reshape(weight, (-1, channels, height, width))
    weight = weight.transpose(2, 3, 1, 0)  # (height, width, channels, units)
    return weight.reshape(-1, weight.shape[3])
