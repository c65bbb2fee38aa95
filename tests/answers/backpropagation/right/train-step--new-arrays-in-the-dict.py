# task: train-step
# how: einsum, one-hot labels, and new arrays put into the dict
import numpy as np


def train_step(parameters, x, labels, learning_rate):
    a = np.einsum("ni,ih->nh", x, parameters["W1"]) + parameters["b1"]
    hidden = np.where(a > 0, a, 0.0)
    z = np.einsum("nh,hc->nc", hidden, parameters["W2"]) + parameters["b2"]
    log_p = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    target = np.arange(z.shape[1]) == np.asarray(labels)[:, None]
    loss = -np.sum(log_p * target) / len(x)
    dz = (np.exp(log_p) - target) / len(x)
    da = np.where(a > 0, np.einsum("nc,hc->nh", dz, parameters["W2"]), 0.0)
    parameters.update(
        W1=parameters["W1"] - learning_rate * np.einsum("ni,nh->ih", x, da),
        b1=parameters["b1"] - learning_rate * np.einsum("nh->h", da),
        W2=parameters["W2"] - learning_rate * np.einsum("nh,nc->hc", hidden, dz),
        b2=parameters["b2"] - learning_rate * np.einsum("nc->c", dz),
    )
    return float(loss)
