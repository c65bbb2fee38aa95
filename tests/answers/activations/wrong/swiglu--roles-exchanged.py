# task: swiglu
# loses: test-swiglu-output 1, test-swiglu-value 1, test-swiglu-gate 2
# mistake: SiLU is applied to the value instead of the gate
import numpy as np


def swiglu(gate, value, upstream):
    sigmoid = 1 / (1 + np.exp(-value))
    silu, slope = value * sigmoid, sigmoid * (1 + value * (1 - sigmoid))
    return silu * gate, upstream * silu, upstream * gate * slope
