# task: numerical-gradient
# loses: test-numerical-gradient-whole-numbers 1
# mistake: zeros_like of a parameter of integers makes an answer of integers
import numpy as np


def numerical_gradient(parameters, x, h=1e-5):
    gradients = {}
    for name, value in parameters.items():
        gradients[name] = np.zeros_like(value)
        for index in np.ndindex(value.shape):
            nudge = np.zeros(value.shape)
            nudge[index] = h
            above = tied_loss({**parameters, name: value + nudge}, x)
            below = tied_loss({**parameters, name: value - nudge}, x)
            gradients[name][index] = (above - below) / (2 * h)
    return gradients
