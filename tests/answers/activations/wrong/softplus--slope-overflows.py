# task: softplus
# loses: test-softplus-large 1
# mistake: the slope is exp(t) / (1 + exp(t)), infinity over infinity for large t
import numpy as np


def softplus(z, beta=1.0):
    t = beta * z
    return np.logaddexp(0, t) / beta, np.exp(t) / (1 + np.exp(t))
