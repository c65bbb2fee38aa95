# task: train-step
# how: a loop over the batch that accumulates outer products, written into the arrays
import numpy as np


def train_step(parameters, x, labels, learning_rate):
    W1, b1, W2, b2 = (parameters[name] for name in ("W1", "b1", "W2", "b2"))
    steps = {name: np.zeros(value.shape) for name, value in parameters.items()}
    loss = 0.0
    for row, label in zip(x, labels, strict=True):
        hidden = np.maximum(row @ W1 + b1, 0)
        z = hidden @ W2 + b2
        p = np.exp(z - z.max())
        p /= p.sum()
        loss -= np.log(p[label]) / len(x)
        p[label] -= 1
        dh = (W2 @ p) * (hidden > 0)
        steps["W2"] += np.outer(hidden, p)
        steps["b2"] += p
        steps["W1"] += np.outer(row, dh)
        steps["b1"] += dh
    for name in parameters:
        parameters[name][...] -= learning_rate / len(x) * steps[name]
    return loss
