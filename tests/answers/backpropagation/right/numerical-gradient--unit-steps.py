# task: numerical-gradient
# how: no array is written to; the rows of an identity matrix are the nudges
import numpy as np


def numerical_gradient(parameters, x, h=1e-5):
    def slope(name, nudge):
        above = tied_loss({**parameters, name: parameters[name] + nudge}, x)
        below = tied_loss({**parameters, name: parameters[name] - nudge}, x)
        return (above - below) / (2 * h)

    gradients = {}
    for name, value in parameters.items():
        nudges = h * np.eye(np.size(value)).reshape(-1, *np.shape(value))
        gradients[name] = np.reshape([slope(name, nudge) for nudge in nudges], np.shape(value))
    return gradients
