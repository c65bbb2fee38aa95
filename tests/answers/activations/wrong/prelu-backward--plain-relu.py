# task: prelu-backward
# loses: test-prelu-backward-input 1, test-prelu-backward-sequences 1
# mistake: nothing is handed to z where z is negative, as in ReLU
import numpy as np


def prelu_backward(z, slope, upstream):
    d_z = upstream * (z > 0)
    axes = tuple(range(z.ndim - 1))
    return d_z, (upstream * np.minimum(z, 0)).sum(axis=axes)
