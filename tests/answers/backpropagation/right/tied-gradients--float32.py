# task: tied-gradients
# how: float32 throughout
import numpy as np


def tied_gradients(parameters, x):
    W, b, c, s = (np.asarray(parameters[k], dtype=np.float32) for k in ("W", "b", "c", "scale"))
    x = np.asarray(x, dtype=np.float32)
    h = 1 / (1 + np.exp(-(x @ W + b)))
    u = h @ W.T
    r = 2 * (s * u + c - x) / np.float32(x.size)
    d_a = s * r @ W * h * (1 - h)
    dW = x.T @ d_a
    dW += s * r.T @ h
    return {"W": dW, "b": d_a.sum(axis=0), "c": r.sum(axis=0), "scale": np.sum(r * u)}
