# task: softplus
# loses: test-softplus-value 1, test-softplus-slope 1
# mistake: beta is taken as 1
import numpy as np


def softplus(z, beta=1.0):
    return np.logaddexp(0, z), np.exp(-np.logaddexp(0, -z))
