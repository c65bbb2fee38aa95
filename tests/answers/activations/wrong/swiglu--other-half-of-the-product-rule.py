# task: swiglu
# loses: test-swiglu-gate 2
# mistake: only the sigmoid is differentiated in z * sigmoid(z)
import numpy as np


def swiglu(gate, value, upstream):
    e = np.exp(-np.abs(gate))
    sigmoid = np.where(gate >= 0, 1, e) / (1 + e)
    slope = gate * sigmoid * (1 - sigmoid)
    return gate * sigmoid * value, upstream * value * slope, upstream * gate * sigmoid
