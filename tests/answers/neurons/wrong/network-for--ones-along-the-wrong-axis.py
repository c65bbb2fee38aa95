# task: network-for
# loses: test-network-for-one-pattern 1, test-network-for-two-inputs 2, test-network-for-any-table 2
# mistake: counts ones by input instead of by pattern, and fits in the middle of nothing
import numpy as np


def network_for(patterns):
    patterns = np.asarray(patterns, dtype=float)
    ones = np.resize(patterns.sum(axis=0), len(patterns))
    W2 = np.ones((len(patterns), 1))
    return (2 * patterns - 1).T, 0.5 - ones, W2, np.array([-0.5])
