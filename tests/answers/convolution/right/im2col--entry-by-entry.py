# task: im2col
# how: One column of the matrix at a time, a block of channels for each entry of the kernel
import numpy as np


def im2col(x, kernel_height, kernel_width, stride=1):
    _, h, w, c = x.shape
    rows, columns = (h - kernel_height) // stride + 1, (w - kernel_width) // stride + 1
    blocks = []
    for a in range(kernel_height):
        for b in range(kernel_width):
            block = x[:, a : a + rows * stride : stride, b : b + columns * stride : stride]
            blocks.append(block.reshape(-1, c))
    return np.concatenate(blocks, axis=1)
