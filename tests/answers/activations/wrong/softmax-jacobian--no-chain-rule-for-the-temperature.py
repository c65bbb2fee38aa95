# task: softmax-jacobian
# loses: test-softmax-jacobian-temperature 1
# mistake: z / T has the slope 1 / T, which is forgotten
import numpy as np


def softmax_jacobian(z, temperature=1.0):
    t = z / temperature
    e = np.exp(t - t.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    outer = p[:, :, None] * p[:, None, :]
    return p[:, :, None] * np.eye(z.shape[1]) - outer
