# task: prelu-backward
# how: einsum over all axes but the last
import numpy as np


def prelu_backward(z, slope, upstream):
    closed = (z <= 0).astype(float)
    parts = [part.reshape(-1, len(slope)) for part in (upstream, z, closed)]
    d_slope = np.einsum("nu,nu,nu->u", *parts)
    return upstream * (1 - closed + closed * slope), d_slope
