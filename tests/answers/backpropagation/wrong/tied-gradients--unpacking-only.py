# task: tied-gradients
# loses: test-tied-gradients-weights 2
# mistake: W's gradient has the share of the unpacking alone
import numpy as np


def tied_gradients(parameters, x):
    W, b, c, s = (parameters[name] for name in ("W", "b", "c", "scale"))
    h = 1 / (1 + np.exp(-(x @ W + b)))
    u = h @ W.T
    r = 2 * (s * u + c - x) / x.size
    da = s * r @ W * h * (1 - h)
    return {"W": s * r.T @ h, "b": da.sum(axis=0), "c": r.sum(axis=0), "scale": (r * u).sum()}
