# task: swiglu
# loses: test-swiglu-value 1, test-swiglu-gate 2
# mistake: local slopes only: what arrives is not handed on
import numpy as np


def swiglu(gate, value, upstream):
    e = np.exp(-np.abs(gate))
    sigmoid = np.where(gate >= 0, 1, e) / (1 + e)
    slope = sigmoid * (1 + gate * (1 - sigmoid))
    return gate * sigmoid * value, value * slope, gate * sigmoid
