# task: swiglu
# loses: test-swiglu-gate 2
# mistake: the gradient of the gate is not multiplied by the value
import numpy as np


def swiglu(gate, value, upstream):
    e = np.exp(-np.abs(gate))
    sigmoid = np.where(gate >= 0, 1, e) / (1 + e)
    slope = sigmoid * (1 + gate * (1 - sigmoid))
    return gate * sigmoid * value, upstream * slope, upstream * gate * sigmoid
