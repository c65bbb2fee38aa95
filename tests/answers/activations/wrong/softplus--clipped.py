# task: softplus
# loses: test-softplus-large 1, test-softplus-tail 1
# mistake: the exponent is clipped at 30, so that no value rises above 30
import numpy as np


def softplus(z, beta=1.0):
    t = np.clip(beta * z, -30, 30)
    return np.log1p(np.exp(t)) / beta, 1 / (1 + np.exp(-t))
