# task: network-for
# loses: test-network-for-any-table 2
# mistake: a made-up first unit for an empty table, which answers 1 to zeros
import numpy as np


def network_for(patterns):
    patterns = np.asarray(patterns, dtype=float)
    if len(patterns) == 0:
        patterns = np.zeros((1, patterns.shape[1]))
    hidden = len(patterns)
    W1 = (2 * patterns - 1).T
    b1 = 0.5 - patterns.sum(axis=1)
    W2 = np.ones((hidden, 1))
    b2 = np.array([-0.5])
    return W1, b1, W2, b2
