# task: conv2d
# how: A loop over every output position, each a sum of products; a nested list
import numpy as np


def conv2d(x, kernel, stride=1, padding=0, dilation=1):
    batch, height, width, inputs = x.shape
    tall, wide, _, outputs = kernel.shape
    padded = np.zeros((batch, height + 2 * padding, width + 2 * padding, inputs))
    padded[:, padding : padding + height, padding : padding + width] = x
    below, right = dilation * (tall - 1), dilation * (wide - 1)
    y = np.empty(
        (
            batch,
            len(range(0, height + 2 * padding - below, stride)),
            len(range(0, width + 2 * padding - right, stride)),
            outputs,
        )
    )
    for n, i, j, o in np.ndindex(y.shape):
        top, left = i * stride, j * stride
        patch = padded[n, top : top + below + 1 : dilation, left : left + right + 1 : dilation]
        y[n, i, j, o] = (patch * kernel[..., o]).sum()
    return y
