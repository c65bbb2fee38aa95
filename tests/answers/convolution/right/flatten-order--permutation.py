# task: flatten-order
# how: An index array that says where every input goes
import numpy as np


def dense_to_torch(kernel, height, width, channels):
    order = np.arange(height * width * channels).reshape(height, width, channels)
    return np.asarray(kernel)[np.moveaxis(order, 2, 0).ravel()].T


def dense_to_keras(weight, height, width, channels):
    order = np.arange(height * width * channels).reshape(channels, height, width)
    return np.asarray(weight).T[np.moveaxis(order, 0, 2).ravel()]
