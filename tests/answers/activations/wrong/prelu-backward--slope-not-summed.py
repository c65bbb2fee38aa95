# task: prelu-backward
# loses: test-prelu-backward-slope 2, test-prelu-backward-sequences 1
# mistake: one gradient for each use: the sum over the examples is missing
import numpy as np


def prelu_backward(z, slope, upstream):
    d_z = upstream * np.where(z > 0, 1.0, slope)
    return d_z, upstream * np.minimum(z, 0)
