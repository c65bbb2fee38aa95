# task: kernel-gradient
# how: Writes zeros between the entries of upstream, and slides it over the input
import numpy as np


def kernel_gradient(x, upstream, kernel_size, stride=1, padding=0):
    n, rows, columns, outputs = upstream.shape
    x = np.pad(x, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    spread = np.zeros((n, (rows - 1) * stride + 1, (columns - 1) * stride + 1, outputs))
    spread[:, ::stride, ::stride] = upstream
    _, tall, wide, _ = spread.shape
    found = np.zeros((*kernel_size, x.shape[3], outputs))
    for a, b in np.ndindex(*kernel_size):
        met = x[:, a : a + tall, b : b + wide].reshape(-1, x.shape[3])
        found[a, b] = met.T @ spread.reshape(-1, outputs)
    return found
