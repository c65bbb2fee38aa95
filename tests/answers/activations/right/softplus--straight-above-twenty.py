# task: softplus
# how: z itself where beta z > 20, as PyTorch does; two branches for the slope
import numpy as np


def softplus(z, beta=1.0):
    t = beta * np.asarray(z, dtype=float)
    below = np.minimum(t, 20.0)
    value = np.where(t > 20.0, t, np.log1p(np.exp(below))) / beta
    up, down = np.exp(np.minimum(t, 0.0)), np.exp(-np.maximum(t, 0.0))
    return value, np.where(t >= 0, 1.0 / (1.0 + down), up / (1.0 + up))
