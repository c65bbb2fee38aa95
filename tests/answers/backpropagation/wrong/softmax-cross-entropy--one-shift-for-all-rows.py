# task: softmax-cross-entropy
# loses: test-softmax-cross-entropy-large 1
# mistake: the whole batch is shifted by its largest logit, so that rows far below it become 0 / 0
import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(labels)
    shifted = logits - np.max(logits)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    loss = -np.mean(log_p[np.arange(n), labels])
    gradient = np.exp(log_p)
    gradient[np.arange(n), labels] -= 1
    return loss, gradient / n
