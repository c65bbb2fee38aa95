# task: softmax-jacobian
# loses: test-softmax-jacobian-matrix 2, test-softmax-jacobian-batch 1, test-softmax-jacobian-temperature 1, test-softmax-jacobian-large 1
# mistake: softmax along the batch (axis 0) instead of the classes
import numpy as np


def softmax_jacobian(z, temperature=1.0):
    t = z / temperature
    e = np.exp(t - t.max(axis=0))
    p = e / e.sum(axis=0)
    outer = p[:, :, None] * p[:, None, :]
    return (p[:, :, None] * np.eye(z.shape[1]) - outer) / temperature
