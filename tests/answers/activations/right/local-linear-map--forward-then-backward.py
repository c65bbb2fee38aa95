# task: local-linear-map
# how: gates from a forward pass, the matrix product from the back, c from the output
import numpy as np


def local_linear_map(x, weights, biases):
    h, gates = x, []
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        z = h @ W + b
        gates.append(z > 0)
        h = np.maximum(z, 0)
    output = h @ weights[-1] + biases[-1]
    A = weights[-1]
    for W, gate in zip(weights[-2::-1], gates[::-1], strict=True):
        A = W @ (gate[:, None] * A)
    return A, output - x @ A
