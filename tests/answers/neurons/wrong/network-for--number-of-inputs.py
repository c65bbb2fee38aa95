# task: network-for
# loses: test-network-for-one-pattern 1, test-network-for-two-inputs 2, test-network-for-any-table 2
# mistake: the bias counts the inputs instead of the ones of the pattern
import numpy as np


def network_for(patterns):
    patterns = np.asarray(patterns, dtype=float)
    hidden = len(patterns)
    W1 = (2 * patterns - 1).T
    b1 = 0.5 - patterns.shape[1] * np.ones(hidden)
    W2 = np.ones((hidden, 1))
    b2 = np.array([-0.5])
    return W1, b1, W2, b2
