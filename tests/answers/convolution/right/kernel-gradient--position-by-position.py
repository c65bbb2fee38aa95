# task: kernel-gradient
# how: Adds up one outer product for every position
import numpy as np


def kernel_gradient(x, upstream, kernel_size, stride=1, padding=0):
    tall, wide = kernel_size
    zeros = (padding, padding)
    x = np.pad(x, [(0, 0), zeros, zeros, (0, 0)])
    total = np.zeros((tall, wide, x.shape[-1], upstream.shape[-1]))
    for n, i, j in np.ndindex(upstream.shape[:3]):
        patch = x[n, i * stride : i * stride + tall, j * stride : j * stride + wide]
        total += patch[..., None] * upstream[n, i, j]
    return total
