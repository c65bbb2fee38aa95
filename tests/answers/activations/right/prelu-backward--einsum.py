# task: prelu-backward
# how: einsum over all axes but the last
import numpy as np


def prelu_backward(z, slope, upstream):
    closed = (z <= 0).astype(float)
    d_slope = np.einsum("...u,...u,...u->u", upstream, z, closed)
    return upstream * (1 - closed + closed * slope), d_slope
