# task: to-torch
# loses: test-to-torch-without-bias 1
# mistake: makes up a bias of zeros where the layer has none
import numpy as np


def to_torch(weights):
    state, position = {}, -2
    for array in weights:
        if array.ndim == 2:
            position += 2
            state[f"{position}.weight"] = array.T
            state[f"{position}.bias"] = np.zeros(array.shape[1])
        else:
            state[f"{position}.bias"] = array
    return state
