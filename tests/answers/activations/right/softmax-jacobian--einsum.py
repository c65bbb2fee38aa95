# task: softmax-jacobian
# how: einsum for the outer products
import numpy as np


def softmax_jacobian(z, temperature=1.0):
    t = (z - z.max(axis=1, keepdims=True)) / temperature
    p = np.exp(t - np.log(np.exp(t).sum(axis=1, keepdims=True)))
    identity = np.eye(z.shape[1])
    return (np.einsum("bi,ij->bij", p, identity) - np.einsum("bi,bj->bij", p, p)) / temperature
