# task: network-for
# how: a unit per pattern that measures the number of differing inputs
import numpy as np


def network_for(patterns):
    n, units = patterns.shape[1], len(patterns)
    W1, b1 = np.zeros((n, units)), np.full(units, 0.25)
    for unit in range(units):
        for i in range(n):
            if patterns[unit][i] == 1:  # 1 - x is the difference
                W1[i, unit] = 1.0
                b1[unit] -= 1.0
            else:  # x is the difference
                W1[i, unit] = -1.0
    return W1, b1, np.full((units, 1), 10.0), np.array([-1.0])
