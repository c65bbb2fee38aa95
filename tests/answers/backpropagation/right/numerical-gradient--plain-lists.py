# task: numerical-gradient
# how: deep copies made by the copy module, the answer as nested lists
import copy

import numpy as np


def numerical_gradient(parameters, x, h=1e-5):
    gradients = {}
    for name in parameters:
        slopes = []
        for k in range(np.size(parameters[name])):
            losses = []
            for step in (h, -h):
                moved = copy.deepcopy(parameters)
                moved[name] = np.asarray(moved[name], dtype=np.float64)
                moved[name].reshape(-1)[k] += step
                losses.append(tied_loss(moved, x))
            slopes.append((losses[0] - losses[1]) / h / 2)
        gradients[name] = np.array(slopes).reshape(np.shape(parameters[name])).tolist()
    return gradients
