# task: softmax-cross-entropy
# loses: test-softmax-cross-entropy-impossible 1
# mistake: 1e-12 is added inside the logarithm, which caps the loss at about 27.6
import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(labels)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(n), labels] + 1e-12))
    return loss, (p - np.eye(p.shape[1])[labels]) / n
