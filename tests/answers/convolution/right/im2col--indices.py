# task: im2col
# how: Index arrays pick all entries at once
import numpy as np


def im2col(x, kernel_height, kernel_width, stride=1):
    batch, height, width, _ = x.shape
    tops = np.arange(0, height - kernel_height + 1, stride)
    lefts = np.arange(0, width - kernel_width + 1, stride)
    i = tops[:, None, None, None] + np.arange(kernel_height)[:, None]
    j = lefts[None, :, None, None] + np.arange(kernel_width)
    return x[:, i, j, :].reshape(batch * len(tops) * len(lefts), -1)
