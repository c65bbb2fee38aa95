# task: flatten-order
# loses: test-flatten-order-torch 2, test-flatten-order-keras 1
# mistake: Height and width are swapped on the way
import numpy as np


def dense_to_torch(kernel, height, width, channels):
    """Return the weight of nn.Linear behind PyTorch's flatten for a kernel behind Keras's."""
    kernel = np.reshape(kernel, (height, width, channels, -1))
    kernel = kernel.transpose(3, 2, 1, 0)  # (units, channels, height, width)
    return kernel.reshape(len(kernel), -1)


def dense_to_keras(weight, height, width, channels):
    """Return the kernel of a Keras dense layer for a weight of nn.Linear: the way back."""
    weight = np.reshape(weight, (-1, channels, height, width))
    weight = weight.transpose(3, 2, 1, 0)  # (height, width, channels, units)
    return weight.reshape(-1, weight.shape[3])
