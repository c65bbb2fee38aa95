# task: prelu-backward
# loses: test-prelu-backward-slope 2, test-prelu-backward-sequences 1
# mistake: d f / d a is taken as 1, not z, left of zero
import numpy as np


def prelu_backward(z, slope, upstream):
    d_z = upstream * np.where(z > 0, 1.0, slope)
    axes = tuple(range(z.ndim - 1))
    return d_z, (upstream * (z <= 0)).sum(axis=axes)
