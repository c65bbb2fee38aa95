# task: softmax-cross-entropy
# loses: test-softmax-cross-entropy-impossible 1
# mistake: the logarithm is taken of the finished probability, which may have become 0
import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(labels)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(n), labels]))
    return loss, (p - np.eye(p.shape[1])[labels]) / n
