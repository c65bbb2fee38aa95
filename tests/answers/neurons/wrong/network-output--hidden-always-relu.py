# task: network-output
# loses: test-network-output-depth 2
# mistake: takes ReLU for every hidden layer and the named activation for the last only
import numpy as np


def network_output(x, layers):
    rules = {
        "linear": lambda z: z,
        "step": lambda z: (z > 0).astype(float),
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "relu": lambda z: np.maximum(z, 0.0),
    }
    for W, b, _ in layers[:-1]:
        x = rules["relu"](x @ W + b)
    W, b, activation = layers[-1]
    return rules[activation](x @ W + b)
