# task: network-for
# loses: test-network-for-any-table 2
# mistake: has room for four patterns only, enough for two inputs
import numpy as np


def network_for(patterns):
    patterns = np.asarray(patterns, dtype=float)[:4]
    hidden = len(patterns)
    W1 = (2 * patterns - 1).T
    b1 = 0.5 - patterns.sum(axis=1)
    W2 = np.ones((hidden, 1))
    b2 = np.array([-0.5])
    return W1, b1, W2, b2
