# task: softmax-jacobian
# loses: test-softmax-jacobian-large 1
# mistake: the smallest logit of a row is taken off instead of the largest
import numpy as np


def softmax_jacobian(z, temperature=1.0):
    t = z / temperature
    e = np.exp(t - t.min(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    outer = p[:, :, None] * p[:, None, :]
    return (p[:, :, None] * np.eye(z.shape[1]) - outer) / temperature
