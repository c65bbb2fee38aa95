# task: network-output
# loses: test-network-output-axes 1
# mistake: flattens the axes in front and does not put them back
import numpy as np


def network_output(x, layers):
    rules = {
        "linear": lambda z: z,
        "step": lambda z: (z > 0).astype(float),
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "relu": lambda z: np.maximum(z, 0.0),
    }
    x = x.reshape(-1, x.shape[-1])
    for W, b, activation in layers:
        x = rules[activation](x @ W + b)
    return x
