# task: softplus
# loses: test-softplus-slope 1, test-softplus-large 1
# mistake: the slope of the slope, s (1 - s), is returned
import numpy as np


def softplus(z, beta=1.0):
    t = beta * z
    s = np.exp(-np.logaddexp(0, -t))
    return np.logaddexp(0, t) / beta, s * (1 - s)
