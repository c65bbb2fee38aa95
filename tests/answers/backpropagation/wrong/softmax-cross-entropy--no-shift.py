# task: softmax-cross-entropy
# loses: test-softmax-cross-entropy-large 1, test-softmax-cross-entropy-impossible 1
# mistake: exp of the logits as they are, which overflows above 709
import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(labels)
    e = np.exp(logits)
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(n), labels]))
    gradient = p.copy()
    gradient[np.arange(n), labels] -= 1
    return loss, gradient / n
