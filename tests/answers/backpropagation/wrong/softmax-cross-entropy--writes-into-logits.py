# task: softmax-cross-entropy
# loses: test-softmax-cross-entropy-large 1
# mistake: the shift is written into the caller's array
import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(labels)
    logits -= logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -np.mean(log_p[np.arange(n), labels])
    gradient = np.exp(log_p)
    gradient[np.arange(n), labels] -= 1
    return loss, gradient / n
