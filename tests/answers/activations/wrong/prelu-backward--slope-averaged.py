# task: prelu-backward
# loses: test-prelu-backward-slope 2, test-prelu-backward-sequences 1
# mistake: the gradient of the slope is the mean of its uses instead of the sum
import numpy as np


def prelu_backward(z, slope, upstream):
    d_z = upstream * np.where(z > 0, 1.0, slope)
    axes = tuple(range(z.ndim - 1))
    return d_z, (upstream * np.minimum(z, 0)).mean(axis=axes)
