# task: input-gradient
# how: A full convolution of the spread upstream with the kernel turned round
import numpy as np


def input_gradient(kernel, upstream, input_shape, stride=1, padding=0):
    n, height, width, _ = input_shape
    tall, wide, _, outputs = kernel.shape
    full = np.zeros((n, height + 2 * padding + tall - 1, width + 2 * padding + wide - 1, outputs))
    rows, columns = upstream.shape[1:3]
    full[:, tall - 1 :, wide - 1 :][:, ::stride, ::stride][:, :rows, :columns] = upstream
    windows = np.lib.stride_tricks.sliding_window_view(full, (tall, wide), axis=(1, 2))
    turned = kernel[::-1, ::-1]
    found = np.einsum("nijoab,abco->nijc", windows, turned)
    return found[:, padding:, padding:][:, :height, :width]
