# task: softplus
# how: a loop with the math module
import math

import numpy as np


def softplus(z, beta=1.0):
    z = np.asarray(z, dtype=float)
    value, slope = np.empty_like(z), np.empty_like(z)
    for index in np.ndindex(z.shape):
        t = beta * z[index]
        e = math.exp(-abs(t))
        value[index] = (max(t, 0.0) + math.log1p(e)) / beta
        slope[index] = 1 / (1 + e) if t >= 0 else e / (1 + e)
    return value, slope
