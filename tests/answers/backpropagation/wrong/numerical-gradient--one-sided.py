# task: numerical-gradient
# loses: test-numerical-gradient-vectors 1, test-numerical-gradient-shapes 1, test-numerical-gradient-unchanged 1, test-numerical-gradient-whole-numbers 1
# mistake: a one-sided difference, wrong by a term of order h
import numpy as np


def numerical_gradient(parameters, x, h=1e-5):
    nudged = {name: np.array(value, dtype=float) for name, value in parameters.items()}
    start = tied_loss(nudged, x)
    gradients = {}
    for name, value in nudged.items():
        gradients[name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            kept = value[index]
            value[index] = kept + h
            gradients[name][index] = (tied_loss(nudged, x) - start) / h
            value[index] = kept
    return gradients
