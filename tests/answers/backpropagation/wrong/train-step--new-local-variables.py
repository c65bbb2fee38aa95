# task: train-step
# loses: test-train-step-output-layer 1, test-train-step-hidden-layer 1, test-train-step-learns 2
# mistake: W1 = W1 - … makes a new local variable, and the dict keeps the old arrays
import numpy as np


def train_step(parameters, x, labels, learning_rate):
    W1, b1, W2, b2 = (parameters[name] for name in ("W1", "b1", "W2", "b2"))
    n = len(labels)
    hidden = np.maximum(x @ W1 + b1, 0)
    z = hidden @ W2 + b2
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dz = (np.exp(log_p) - np.eye(z.shape[1])[labels]) / n
    dh = dz @ W2.T * (hidden > 0)
    W2 = W2 - learning_rate * hidden.T @ dz
    b2 = b2 - learning_rate * dz.sum(axis=0)
    W1 = W1 - learning_rate * x.T @ dh
    b1 = b1 - learning_rate * dh.sum(axis=0)
    return -log_p[np.arange(n), labels].mean()
