# task: tied-gradients
# loses: test-tied-gradients-bias 1, test-tied-gradients-weights 2
# mistake: the sigmoid's slope is written a (1 - a) with its input a instead of its value h
import numpy as np


def tied_gradients(parameters, x):
    W, b, c, s = (parameters[name] for name in ("W", "b", "c", "scale"))
    a = x @ W + b
    h = 1 / (1 + np.exp(-a))
    u = h @ W.T
    r = 2 * (s * u + c - x) / x.size
    da = s * r @ W * a * (1 - a)
    dW = x.T @ da + s * r.T @ h
    return {"W": dW, "b": da.sum(axis=0), "c": r.sum(axis=0), "scale": (r * u).sum()}
