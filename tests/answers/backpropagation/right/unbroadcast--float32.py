# task: unbroadcast
# how: float32, and the axes are summed from the last to the first
import numpy as np


def unbroadcast(gradient, shape):
    gradient = np.asarray(gradient, dtype=np.float32)
    extra = gradient.ndim - len(shape)
    for axis in range(gradient.ndim - 1, -1, -1):
        if axis < extra:
            gradient = np.add.reduce(gradient, axis=axis)
        elif shape[axis - extra] == 1:
            gradient = np.add.reduce(gradient, axis=axis, keepdims=True)
    return gradient
