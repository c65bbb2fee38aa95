# task: numerical-gradient
# loses: test-numerical-gradient-vectors 1, test-numerical-gradient-shapes 1, test-numerical-gradient-whole-numbers 1
# mistake: the parameters are copied to float32, where a nudge of 0.00001 is mostly rounding
import numpy as np


def numerical_gradient(parameters, x, h=1e-5):
    nudged = {name: np.array(value, dtype=np.float32) for name, value in parameters.items()}
    gradients = {}
    for name, value in nudged.items():
        gradients[name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            kept = value[index].copy()
            value[index] = kept + h
            above = tied_loss(nudged, x)
            value[index] = kept - h
            below = tied_loss(nudged, x)
            value[index] = kept
            gradients[name][index] = (above - below) / (2 * h)
    return gradients
