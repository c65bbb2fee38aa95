# task: softplus
# loses: test-softplus-large 1, test-softplus-tail 1
# mistake: the formula as it stands: exp overflows, and 1 + a small number is 1
import numpy as np


def softplus(z, beta=1.0):
    value = np.log(1 + np.exp(beta * z)) / beta
    slope = 1 / (1 + np.exp(-beta * z))
    return value, slope
