# task: softmax-cross-entropy
# how: logaddexp.reduce for the logarithm of the sum, one-hot labels by comparison
import numpy as np


def softmax_cross_entropy(logits, labels):
    n, classes = logits.shape
    one_hot = np.asarray(labels)[:, None] == np.arange(classes)
    log_p = logits - np.logaddexp.reduce(logits, axis=1)[:, None]
    return -(log_p[one_hot]).sum() / n, (np.exp(log_p) - one_hot) / n
