# task: tied-gradients
# how: two separate layers with their own gradients, added in the end; einsum
import numpy as np


def tied_gradients(parameters, x):
    squeeze, unpack = parameters["W"], parameters["W"].T
    h = 1 / (1 + np.exp(-(np.einsum("nf,fh->nh", x, squeeze) + parameters["b"])))
    u = np.einsum("nh,hf->nf", h, unpack)
    error = (parameters["scale"] * u + parameters["c"] - x) * (2 / np.size(x))
    d_unpack = np.einsum("nh,nf->hf", h, error) * parameters["scale"]
    d_h = np.einsum("nf,hf->nh", error, unpack) * parameters["scale"]
    d_a = d_h * (h - h**2)
    d_squeeze = np.einsum("nf,nh->fh", x, d_a)
    return {
        "scale": float(np.vdot(error, u)),
        "c": np.einsum("nf->f", error),
        "b": np.einsum("nh->h", d_a),
        "W": d_squeeze + d_unpack.T,
    }
