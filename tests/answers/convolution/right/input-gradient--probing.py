# task: input-gradient
# how: Builds the matrix of the convolution by its rows, and multiplies by its transpose
import numpy as np


def input_gradient(kernel, upstream, input_shape, stride=1, padding=0):
    n, height, width, channels = input_shape
    tall, wide, _, outputs = kernel.shape
    _, rows, columns, _ = upstream.shape
    matrix = np.zeros((rows, columns, outputs, height, width, channels))
    for i, j, a, b in np.ndindex(rows, columns, tall, wide):
        top, left = i * stride + a - padding, j * stride + b - padding
        if 0 <= top < height and 0 <= left < width:
            matrix[i, j, :, top, left, :] += kernel[a, b].T
    flat = upstream.reshape(n, -1) @ matrix.reshape(rows * columns * outputs, -1)
    return flat.reshape(input_shape)
