# task: numerical-gradient
# loses: test-numerical-gradient-vectors 1, test-numerical-gradient-shapes 1, test-numerical-gradient-unchanged 1, test-numerical-gradient-whole-numbers 1
# mistake: dict(parameters) copies no arrays, and the nudged entries are not put back
import numpy as np


def numerical_gradient(parameters, x, h=1e-5):
    nudged = dict(parameters)
    gradients = {}
    for name, value in nudged.items():
        gradients[name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            value[index] += h
            above = tied_loss(nudged, x)
            value[index] -= 2 * h
            below = tied_loss(nudged, x)
            gradients[name][index] = (above - below) / (2 * h)
    return gradients
