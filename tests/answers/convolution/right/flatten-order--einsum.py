# task: flatten-order
# how: einsum names the axes; a list comes back
import numpy as np


def dense_to_torch(kernel, height, width, channels):
    boxed = kernel.reshape(height, width, channels, kernel.shape[1])
    return [unit.ravel().tolist() for unit in np.einsum("hwcu->uchw", boxed)]


def dense_to_keras(weight, height, width, channels):
    boxed = weight.reshape(weight.shape[0], channels, height, width)
    return np.einsum("uchw->hwcu", boxed).reshape(-1, weight.shape[0])
