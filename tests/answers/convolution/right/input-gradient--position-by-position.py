# task: input-gradient
# how: Every entry of upstream is handed out on its own
import numpy as np


def input_gradient(kernel, upstream, input_shape, stride=1, padding=0):
    n, height, width, channels = input_shape
    tall, wide = kernel.shape[:2]
    spread = np.zeros((n, height + 2 * padding, width + 2 * padding, channels))
    for picture, i, j in np.ndindex(upstream.shape[:3]):
        share = kernel @ upstream[picture, i, j]  # (tall, wide, channels)
        spread[picture, i * stride : i * stride + tall, j * stride : j * stride + wide] += share
    return spread[:, padding : height + padding, padding : width + padding]
