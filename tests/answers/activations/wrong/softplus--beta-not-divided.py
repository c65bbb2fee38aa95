# task: softplus
# loses: test-softplus-value 1
# mistake: the factor 1 / beta in front is forgotten
import numpy as np


def softplus(z, beta=1.0):
    t = beta * z
    e = np.exp(-np.abs(t))
    return np.maximum(t, 0) + np.log1p(e), np.where(t >= 0, 1, e) / (1 + e)
