# task: softmax-jacobian
# loses: test-softmax-jacobian-matrix 2, test-softmax-jacobian-batch 1, test-softmax-jacobian-temperature 1, test-softmax-jacobian-large 1
# mistake: the diagonal term is missing: -p_i p_j everywhere
import numpy as np


def softmax_jacobian(z, temperature=1.0):
    t = z / temperature
    e = np.exp(t - t.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    outer = p[:, :, None] * p[:, None, :]
    return -outer / temperature
