# task: softmax-cross-entropy
# loses: test-softmax-cross-entropy-gradient 2
# mistake: the loss is a mean over the batch and its gradient is not (no 1/n)
import numpy as np


def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    gradient = np.exp(log_p)
    gradient[rows, labels] -= 1.0
    return -log_p[rows, labels].mean(), gradient
