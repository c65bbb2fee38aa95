# task: network-output
# loses: test-network-output-axes 1
# mistake: turns the input into columns, which works for two axes only
import numpy as np


def network_output(x, layers):
    rules = {
        "linear": lambda z: z,
        "step": lambda z: (z > 0).astype(float),
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "relu": lambda z: np.maximum(z, 0.0),
    }
    for W, b, activation in layers:
        x = rules[activation]((W.T @ x.T).T + b)
    return x
