# task: swiglu
# how: the sigmoid through tanh, which never overflows
import numpy as np


def swiglu(gate, value, upstream):
    sigmoid = 0.5 * (1 + np.tanh(gate / 2))
    slope = sigmoid * (1 + gate * (1 - sigmoid))
    return gate * sigmoid * value, upstream * value * slope, upstream * gate * sigmoid
