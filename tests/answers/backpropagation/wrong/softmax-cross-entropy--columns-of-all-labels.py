# task: softmax-cross-entropy
# loses: test-softmax-cross-entropy-gradient 2
# mistake: p[:, labels] -= 1 subtracts in every row, instead of one entry per row
import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(labels)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -np.mean(log_p[np.arange(n), labels])
    gradient = np.exp(log_p)
    gradient[:, labels] -= 1
    return loss, gradient / n
