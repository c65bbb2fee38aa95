# task: softmax-jacobian
# loses: test-softmax-jacobian-batch 1, test-softmax-jacobian-large 1
# mistake: p.T @ p adds the outer products of all examples
import numpy as np


def softmax_jacobian(z, temperature=1.0):
    t = z / temperature
    e = np.exp(t - t.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return (p[:, :, None] * np.eye(z.shape[1]) - p.T @ p) / temperature
