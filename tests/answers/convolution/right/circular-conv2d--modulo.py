# task: circular-conv2d
# how: Index arrays modulo the size of the picture
import numpy as np


def circular_conv2d(x, kernel):
    _, rows, columns, _ = x.shape
    height, width = kernel.shape[:2]
    i = (np.arange(rows)[:, None] + np.arange(height) - (height - 1) // 2) % rows
    j = (np.arange(columns)[:, None] + np.arange(width) - (width - 1) // 2) % columns
    patches = x[:, i[:, None, :, None], j[None, :, None, :]]  # (n, rows, columns, a, b, c)
    return np.einsum("nijabc,abco->nijo", patches, kernel)
