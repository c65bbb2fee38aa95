# task: swiglu
# loses: test-swiglu-value 1, test-swiglu-gate 2
# mistake: the two gradients are returned in the wrong order
import numpy as np


def swiglu(gate, value, upstream):
    e = np.exp(-np.abs(gate))
    sigmoid = np.where(gate >= 0, 1, e) / (1 + e)
    slope = sigmoid * (1 + gate * (1 - sigmoid))
    return gate * sigmoid * value, upstream * gate * sigmoid, upstream * value * slope
