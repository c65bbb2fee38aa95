# task: to-torch
# how: groups the arrays by layer, then names them
import numpy as np


def to_torch(weights):
    layers = []
    for array in weights:
        if np.ndim(array) == 2:
            layers.append([array])
        else:
            layers[-1].append(array)
    state = {}
    for number, (kernel, *bias) in enumerate(layers):
        state[f"{2 * number}.weight"] = np.swapaxes(kernel, 0, 1)
        for array in bias:
            state[f"{2 * number}.bias"] = array
    return state
