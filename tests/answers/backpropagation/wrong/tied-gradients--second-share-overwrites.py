# task: tied-gradients
# loses: test-tied-gradients-weights 2
# mistake: the share of the squeezing overwrites that of the unpacking (= where += is needed)
import numpy as np


def tied_gradients(parameters, x):
    W, b, c, s = (parameters[name] for name in ("W", "b", "c", "scale"))
    h = 1 / (1 + np.exp(-(x @ W + b)))
    u = h @ W.T
    r = 2 * (s * u + c - x) / x.size
    gradients = {"c": r.sum(axis=0), "scale": (r * u).sum()}
    gradients["W"] = s * r.T @ h
    da = s * r @ W * h * (1 - h)
    gradients["W"] = x.T @ da
    gradients["b"] = da.sum(axis=0)
    return gradients
