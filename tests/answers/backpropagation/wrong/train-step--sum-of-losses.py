# task: train-step
# loses: test-train-step-loss 1
# mistake: the loss that is returned is the sum over the batch
import numpy as np


def train_step(parameters, x, labels, learning_rate):
    n = len(labels)
    hidden = np.maximum(x @ parameters["W1"] + parameters["b1"], 0)
    z = hidden @ parameters["W2"] + parameters["b2"]
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dz = (np.exp(log_p) - np.eye(z.shape[1])[labels]) / n
    dh = dz @ parameters["W2"].T * (hidden > 0)
    parameters["W2"] -= learning_rate * hidden.T @ dz
    parameters["b2"] -= learning_rate * dz.sum(axis=0)
    parameters["W1"] -= learning_rate * x.T @ dh
    parameters["b1"] -= learning_rate * dh.sum(axis=0)
    return -log_p[np.arange(n), labels].sum()
