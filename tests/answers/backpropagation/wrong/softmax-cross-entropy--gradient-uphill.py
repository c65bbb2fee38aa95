# task: softmax-cross-entropy
# loses: test-softmax-cross-entropy-gradient 2, test-softmax-cross-entropy-large 1
# mistake: one-hot minus p: the gradient has the wrong sign
import numpy as np


def softmax_cross_entropy(logits, labels):
    n, classes = logits.shape
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    one_hot = np.eye(classes)[labels]
    return -np.sum(one_hot * log_p) / n, (one_hot - np.exp(log_p)) / n
