# task: swiglu
# how: single precision, sigmoid as printed
import numpy as np


def swiglu(gate, value, upstream):
    gate, value, upstream = (np.asarray(x, dtype=np.float32) for x in (gate, value, upstream))
    sigmoid = 1 / (1 + np.exp(-gate))
    silu = gate * sigmoid
    return silu * value, upstream * value * (sigmoid + silu * (1 - sigmoid)), upstream * silu
