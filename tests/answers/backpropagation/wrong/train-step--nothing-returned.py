# task: train-step
# loses: test-train-step-loss 1
# mistake: the step is right, and the loss is not returned
import numpy as np


def train_step(parameters, x, labels, learning_rate):
    hidden = np.maximum(x @ parameters["W1"] + parameters["b1"], 0)
    z = hidden @ parameters["W2"] + parameters["b2"]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    dz = (e / e.sum(axis=1, keepdims=True) - np.eye(z.shape[1])[labels]) / len(labels)
    dh = dz @ parameters["W2"].T * (hidden > 0)
    gradients = {"W1": x.T @ dh, "b1": dh.sum(0), "W2": hidden.T @ dz, "b2": dz.sum(0)}
    for name in gradients:
        parameters[name] -= learning_rate * gradients[name]
