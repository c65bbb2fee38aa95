# task: numerical-gradient
# loses: test-numerical-gradient-whole-numbers 1
# mistake: an array of integers cuts the nudge off, so that nothing moves and all slopes are 0
import numpy as np


def numerical_gradient(parameters, x, h=1e-5):
    gradients = {}
    for name, value in parameters.items():
        gradients[name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            above, below = value.copy(), value.copy()
            above[index] += h
            below[index] -= h
            difference = tied_loss({**parameters, name: above}, x)
            difference -= tied_loss({**parameters, name: below}, x)
            gradients[name][index] = difference / (2 * h)
    return gradients
