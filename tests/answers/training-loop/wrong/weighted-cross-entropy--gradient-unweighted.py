# task: weighted-cross-entropy
# loses: test-weighted-cross-entropy-gradient 2, test-weighted-cross-entropy-divisor 1
# mistake: the weights are in the loss only
import numpy as np


def weighted_cross_entropy(logits, y, weights, divide_by="n"):
    """Return (loss, gradient with respect to the logits) of the weighted cross-entropy."""
    rows = np.arange(len(y))
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    weight = np.asarray(weights)[y]  # (n,)
    divisor = len(y) if divide_by == "n" else weight.sum()
    gradient = np.exp(log_p)
    gradient[rows, y] -= 1.0
    gradient /= divisor
    return -(weight * log_p[rows, y]).sum() / divisor, gradient
