# task: prelu-backward
# loses: test-prelu-backward-sequences 1
# mistake: the sum goes over the first axis only, not over time
import numpy as np


def prelu_backward(z, slope, upstream):
    d_z = upstream * np.where(z > 0, 1.0, slope)
    return d_z, (upstream * np.minimum(z, 0)).sum(axis=0)
