# task: numerical-gradient
# loses: test-numerical-gradient-vectors 1, test-numerical-gradient-shapes 1
# mistake: the step that was given is not used
import numpy as np


def numerical_gradient(parameters, x, h=1e-5):
    h = 1e-5
    gradients = {}
    for name, value in parameters.items():
        gradients[name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            nudge = np.zeros(value.shape)
            nudge[index] = h
            above = tied_loss({**parameters, name: value + nudge}, x)
            below = tied_loss({**parameters, name: value - nudge}, x)
            gradients[name][index] = (above - below) / (2 * h)
    return gradients
