# task: prelu-backward
# how: a loop over all entries
import numpy as np


def prelu_backward(z, slope, upstream):
    d_z, d_slope = np.zeros(z.shape), np.zeros(slope.shape)
    for index in np.ndindex(z.shape):
        unit = index[-1]
        if z[index] > 0:
            d_z[index] = upstream[index]
        else:
            d_z[index] = upstream[index] * slope[unit]
            d_slope[unit] += upstream[index] * z[index]
    return d_z, d_slope
