# task: numerical-gradient
# loses: test-numerical-gradient-shapes 1, test-numerical-gradient-whole-numbers 1
# mistake: the slopes come back as a flat list instead of in the parameter's shape
import numpy as np


def numerical_gradient(parameters, x, h=1e-5):
    gradients = {}
    for name, value in parameters.items():
        slopes = []
        for index in np.ndindex(value.shape):
            nudge = np.zeros(value.shape)
            nudge[index] = h
            above = tied_loss({**parameters, name: value + nudge}, x)
            below = tied_loss({**parameters, name: value - nudge}, x)
            slopes.append((above - below) / (2 * h))
        gradients[name] = np.array(slopes)
    return gradients
