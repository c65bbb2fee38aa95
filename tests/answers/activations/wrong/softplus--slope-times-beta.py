# task: softplus
# loses: test-softplus-slope 1
# mistake: the inner derivative beta is there, the 1 / beta that cancels it is not
import numpy as np


def softplus(z, beta=1.0):
    t = beta * z
    e = np.exp(-np.abs(t))
    return (np.maximum(t, 0) + np.log1p(e)) / beta, beta * np.where(t >= 0, 1, e) / (1 + e)
