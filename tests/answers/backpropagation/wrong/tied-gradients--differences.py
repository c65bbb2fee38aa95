# task: tied-gradients
# loses: test-tied-gradients-output 1, test-tied-gradients-bias 1, test-tied-gradients-weights 2
# mistake: central differences instead of a derivation, which drown where the loss is large
import numpy as np


def tied_gradients(parameters, x):
    gradients, h = {}, 1e-5
    for name, value in parameters.items():
        gradients[name] = np.zeros(np.shape(value))
        for index in np.ndindex(np.shape(value)):
            nudge = np.zeros(np.shape(value))
            nudge[index] = h
            above = tied_loss({**parameters, name: value + nudge}, x)
            below = tied_loss({**parameters, name: value - nudge}, x)
            gradients[name][index] = (above - below) / (2 * h)
    return gradients
