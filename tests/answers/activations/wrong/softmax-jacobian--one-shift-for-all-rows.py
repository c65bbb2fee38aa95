# task: softmax-jacobian
# loses: test-softmax-jacobian-large 1
# mistake: the whole batch is shifted by its largest logit: rows far below it become 0 / 0
import numpy as np


def softmax_jacobian(z, temperature=1.0):
    t = z / temperature
    e = np.exp(t - t.max())
    p = e / e.sum(axis=1, keepdims=True)
    outer = p[:, :, None] * p[:, None, :]
    return (p[:, :, None] * np.eye(z.shape[1]) - outer) / temperature
