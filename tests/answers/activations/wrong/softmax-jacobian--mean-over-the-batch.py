# task: softmax-jacobian
# loses: test-softmax-jacobian-batch 1, test-softmax-jacobian-large 1
# mistake: one matrix for the whole batch: the mean of all
import numpy as np


def softmax_jacobian(z, temperature=1.0):
    t = z / temperature
    e = np.exp(t - t.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    outer = p[:, :, None] * p[:, None, :]
    all_of_them = (p[:, :, None] * np.eye(z.shape[1]) - outer) / temperature
    return all_of_them.mean(axis=0, keepdims=True)
