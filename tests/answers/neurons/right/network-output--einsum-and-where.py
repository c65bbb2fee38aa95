# task: network-output
# how: einsum for the products, where for the activations
import numpy as np


def network_output(x, layers):
    out = np.asarray(x, dtype=float)
    for W, b, activation in layers:
        z = np.einsum("...i,ij->...j", out, W) + b
        if activation == "linear":
            out = z
        elif activation == "relu":
            out = np.where(z > 0, z, 0.0)
        elif activation == "step":
            out = np.where(z > 0, 1.0, 0.0)
        else:
            out = 0.5 * (1 + np.tanh(0.5 * z))
    return out
