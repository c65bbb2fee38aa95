# task: softplus
# loses: test-softplus-tail 1
# mistake: overflow is avoided, but log(1 + e) loses the digits of a small e
import numpy as np


def softplus(z, beta=1.0):
    t = beta * z
    e = np.exp(-np.abs(t))
    return (np.maximum(t, 0) + np.log(1 + e)) / beta, np.where(t >= 0, 1, e) / (1 + e)
