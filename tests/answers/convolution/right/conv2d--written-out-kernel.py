# task: conv2d
# how: The gaps are written into the kernel as zeros, and all positions computed before the stride
import numpy as np


def conv2d(x, kernel, stride=1, padding=0, dilation=1):
    tall, wide, inputs, outputs = kernel.shape
    spread = np.zeros((dilation * (tall - 1) + 1, dilation * (wide - 1) + 1, inputs, outputs))
    spread[::dilation, ::dilation] = kernel
    n, h, w, _ = x.shape
    big = np.zeros((n, h + 2 * padding, w + 2 * padding, inputs))
    big[:, padding : padding + h, padding : padding + w] = x
    rows, columns = big.shape[1] - spread.shape[0] + 1, big.shape[2] - spread.shape[1] + 1
    y = sum(
        np.tensordot(big[:, a : a + rows, b : b + columns], spread[a, b], axes=1)
        for a, b in np.ndindex(spread.shape[:2])
    )
    return y[:, ::stride, ::stride]
