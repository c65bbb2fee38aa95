# task: swiglu
# loses: test-swiglu-output 1, test-swiglu-value 1, test-swiglu-gate 2
# mistake: the gate is a plain sigmoid (GLU), not SiLU
import numpy as np


def swiglu(gate, value, upstream):
    e = np.exp(-np.abs(gate))
    sigmoid = np.where(gate >= 0, 1, e) / (1 + e)
    return sigmoid * value, upstream * value * sigmoid * (1 - sigmoid), upstream * sigmoid
