# task: network-output
# loses: test-network-output-depth 2, test-network-output-axes 1
# mistake: returns from inside the loop
import numpy as np


def network_output(x, layers):
    rules = {
        "linear": lambda z: z,
        "step": lambda z: (z > 0).astype(float),
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "relu": lambda z: np.maximum(z, 0.0),
    }
    for W, b, activation in layers:
        return rules[activation](x @ W + b)
