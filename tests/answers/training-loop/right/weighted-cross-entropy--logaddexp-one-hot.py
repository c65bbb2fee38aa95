# task: weighted-cross-entropy
# how: log-sum-exp by logaddexp.reduce, one-hot targets
import numpy as np


def weighted_cross_entropy(logits, y, weights, divide_by="n"):
    logits, weights = np.asarray(logits, dtype=float), np.asarray(weights, dtype=float)
    targets = np.eye(logits.shape[1])[y]
    log_p = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    share = targets @ weights
    share = share / (share.sum() if divide_by == "weights" else len(y))
    return -float(share @ (targets * log_p).sum(axis=1)), share[:, None] * (np.exp(log_p) - targets)
