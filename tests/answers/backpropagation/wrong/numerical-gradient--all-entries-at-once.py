# task: numerical-gradient
# loses: test-numerical-gradient-vectors 1, test-numerical-gradient-shapes 1, test-numerical-gradient-unchanged 1
# mistake: all entries of a parameter are nudged together, so each gets the sum of all slopes
import numpy as np


def numerical_gradient(parameters, x, h=1e-5):
    gradients = {}
    for name, value in parameters.items():
        above = tied_loss({**parameters, name: value + h}, x)
        below = tied_loss({**parameters, name: value - h}, x)
        gradients[name] = np.full(np.shape(value), (above - below) / (2 * h))
    return gradients
