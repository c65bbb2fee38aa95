# task: local-linear-map
# how: the network with its gates held, at zero and at the unit vectors
import numpy as np


def local_linear_map(x, weights, biases):
    gates, h = [], x
    for W, b in zip(weights, biases, strict=True):
        gates.append(h @ W + b > 0)
        h = (h @ W + b) * gates[-1]
    gates[-1] = np.ones(len(biases[-1]))

    def held(h):
        for W, b, gate in zip(weights, biases, gates, strict=True):
            h = (h @ W + b) * gate
        return h

    c = held(np.zeros((1, len(x))))
    return held(np.eye(len(x))) - c, c[0]
