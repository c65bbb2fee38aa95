# task: swiglu
# loses: test-swiglu-output 1
# mistake: exp(z) / (1 + exp(z)) is infinity over infinity for a large gate
import numpy as np


def swiglu(gate, value, upstream):
    sigmoid = np.exp(gate) / (1 + np.exp(gate))
    slope = sigmoid * (1 + gate * (1 - sigmoid))
    return gate * sigmoid * value, upstream * value * slope, upstream * gate * sigmoid
