# task: network-for
# loses: test-network-for-one-pattern 1, test-network-for-two-inputs 2, test-network-for-any-table 2
# mistake: one hidden unit for at least the fewest and one for at most the most ones: right only where the number of ones decides
import numpy as np


def network_for(patterns):
    patterns = np.asarray(patterns, dtype=float)
    n = patterns.shape[1]
    ones = patterns.sum(axis=1)
    fewest, most = (ones.min(), ones.max()) if len(ones) else (1, 0)
    W1 = np.stack([np.ones(n), -np.ones(n)], axis=1)
    b1 = np.array([0.5 - fewest, most + 0.5])
    return W1, b1, np.ones((2, 1)), np.array([-1.5])
