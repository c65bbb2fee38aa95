# task: local-linear-map
# loses: test-local-linear-map-matrix 2, test-local-linear-map-deep 2
# mistake: the quotient output / x in place of the slope: right at x, wrong nearby
import numpy as np


def local_linear_map(x, weights, biases):
    A, c = np.eye(len(x)), np.zeros(len(x))
    for layer, (W, b) in enumerate(zip(weights, biases, strict=True)):
        A, c = A @ W, c @ W + b
        if layer < len(weights) - 1:
            is_open = x @ A + c > 0
            A, c = A * is_open, c * is_open
    output = x @ A + c
    A = np.outer(1 / x, output - c) / len(x)
    return A, c
