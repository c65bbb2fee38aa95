# task: swiglu
# loses: test-swiglu-output 1
# mistake: the gradient that arrives is multiplied into the output
import numpy as np


def swiglu(gate, value, upstream):
    e = np.exp(-np.abs(gate))
    sigmoid = np.where(gate >= 0, 1, e) / (1 + e)
    slope = sigmoid * (1 + gate * (1 - sigmoid))
    return upstream * gate * sigmoid * value, upstream * value * slope, upstream * gate * sigmoid
