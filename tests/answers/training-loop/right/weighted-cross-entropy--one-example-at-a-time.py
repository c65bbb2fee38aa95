# task: weighted-cross-entropy
# how: a loop over the examples, in plain Python
import numpy as np


def weighted_cross_entropy(logits, y, weights, divide_by="n"):
    n = len(y)
    divisor = n if divide_by == "n" else sum(weights[label] for label in y)
    loss, gradient = 0.0, np.zeros(np.shape(logits))
    for i in range(n):
        odds = np.exp(logits[i] - np.max(logits[i]))
        w = weights[y[i]] / divisor
        loss += w * (np.log(odds.sum()) - (logits[i][y[i]] - np.max(logits[i])))
        gradient[i] = w * odds / odds.sum()
        gradient[i, y[i]] -= w
    return loss, gradient
