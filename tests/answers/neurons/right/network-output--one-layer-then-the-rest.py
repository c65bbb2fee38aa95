# task: network-output
# how: the first layer, then itself for the rest
import numpy as np


def network_output(x, layers):
    if len(layers) == 0:
        return x
    (W, b, activation), rest = layers[0], layers[1:]
    z = np.matmul(x, W) + b
    if activation == "step":
        z = np.heaviside(z, 0.0)
    elif activation == "relu":
        z = z * (z > 0)
    elif activation == "sigmoid":
        z = np.exp(-np.logaddexp(0, -z))
    return network_output(z, rest)
