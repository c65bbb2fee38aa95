# task: flatten-order
# how: Three loops that compute both positions of every input
import numpy as np


def dense_to_torch(kernel, height, width, channels):
    weight = np.empty((kernel.shape[1], kernel.shape[0]))
    for i in range(height):
        for j in range(width):
            for c in range(channels):
                weight[:, (c * height + i) * width + j] = kernel[(i * width + j) * channels + c]
    return weight


def dense_to_keras(weight, height, width, channels):
    kernel = np.empty(weight.shape[::-1])
    for c, i, j in np.ndindex(channels, height, width):
        kernel[(i * width + j) * channels + c] = weight[:, (c * height + i) * width + j]
    return kernel
