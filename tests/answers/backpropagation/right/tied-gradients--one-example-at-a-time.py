# task: tied-gradients
# how: loops over the batch with outer products, accumulated into zeros
import numpy as np


def tied_gradients(parameters, x):
    W, b, c, s = (parameters[name] for name in ("W", "b", "c", "scale"))
    total = {name: np.zeros(np.shape(value)) for name, value in parameters.items()}
    for row in x:
        h = 1 / (1 + np.exp(-(row @ W + b)))
        u = W @ h
        error = 2 * (s * u + c - row) / (x.shape[0] * x.shape[1])
        d_a = W.T @ (s * error) * h * (1 - h)
        total["c"] += error
        total["scale"] += error @ u
        total["b"] += d_a
        total["W"] += np.outer(s * error, h)
        total["W"] += np.outer(row, d_a)
    return total
