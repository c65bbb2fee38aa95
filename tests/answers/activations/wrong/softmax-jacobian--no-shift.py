# task: softmax-jacobian
# loses: test-softmax-jacobian-large 1
# mistake: exp of the logits as they are, which overflows above 709
import numpy as np


def softmax_jacobian(z, temperature=1.0):
    e = np.exp(z / temperature)
    p = e / e.sum(axis=1, keepdims=True)
    outer = p[:, :, None] * p[:, None, :]
    return (p[:, :, None] * np.eye(z.shape[1]) - outer) / temperature
