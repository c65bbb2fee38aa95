# task: numerical-gradient
# loses: test-numerical-gradient-vectors 1, test-numerical-gradient-shapes 1, test-numerical-gradient-unchanged 1, test-numerical-gradient-whole-numbers 1
# mistake: the two points lie 2h apart, and the difference is divided by h
import numpy as np


def numerical_gradient(parameters, x, h=1e-5):
    nudged = {name: np.array(value, dtype=float) for name, value in parameters.items()}
    gradients = {}
    for name, value in nudged.items():
        gradients[name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            kept = value[index]
            value[index] = kept + h
            above = tied_loss(nudged, x)
            value[index] = kept - h
            below = tied_loss(nudged, x)
            value[index] = kept
            gradients[name][index] = (above - below) / h
    return gradients
