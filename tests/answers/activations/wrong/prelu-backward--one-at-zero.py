# task: prelu-backward
# loses: test-prelu-backward-input 1
# mistake: z = 0 is counted to the right piece
import numpy as np


def prelu_backward(z, slope, upstream):
    d_z = upstream * np.where(z >= 0, 1.0, slope)
    shares = upstream * np.minimum(z, 0)
    return d_z, shares.reshape(-1, len(slope)).sum(axis=0)
