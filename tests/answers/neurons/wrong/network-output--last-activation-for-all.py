# task: network-output
# loses: test-network-output-depth 2, test-network-output-axes 1
# mistake: uses the activation of the last layer everywhere
import numpy as np


def network_output(x, layers):
    rules = {
        "linear": lambda z: z,
        "step": lambda z: (z > 0).astype(float),
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "relu": lambda z: np.maximum(z, 0.0),
    }
    last = layers[-1][2]
    for W, b, _ in layers:
        x = rules[last](x @ W + b)
    return x
