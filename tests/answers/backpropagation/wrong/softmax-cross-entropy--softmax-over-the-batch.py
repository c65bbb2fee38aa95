# task: softmax-cross-entropy
# loses: test-softmax-cross-entropy-loss 1, test-softmax-cross-entropy-gradient 2, test-softmax-cross-entropy-large 1, test-softmax-cross-entropy-impossible 1
# mistake: softmax along the batch (axis 0) instead of the classes
import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(labels)
    shifted = logits - logits.max(axis=0)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=0))
    loss = -np.mean(log_p[np.arange(n), labels])
    gradient = np.exp(log_p)
    gradient[np.arange(n), labels] -= 1
    return loss, gradient / n
