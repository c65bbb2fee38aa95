# task: local-linear-map
# loses: test-local-linear-map-offset 1, test-local-linear-map-deep 2
# mistake: the biases of earlier layers are not carried through the later ones
import numpy as np


def local_linear_map(x, weights, biases):
    A, c = np.eye(len(x)), np.zeros(len(x))
    for layer, (W, b) in enumerate(zip(weights, biases, strict=True)):
        A, c = A @ W, b
        if layer < len(weights) - 1:
            is_open = x @ A + c > 0
            A, c = A * is_open, c * is_open
    return A, c
