# task: network-for
# how: a hidden unit for each of the 2**n inputs, with output weights +1 or 0
import itertools

import numpy as np


def network_for(patterns):
    n = patterns.shape[1]
    rows = np.array(list(itertools.product([0, 1], repeat=n)), dtype=float)
    wanted = {tuple(row) for row in np.asarray(patterns).tolist()}
    W1 = np.where(rows == 1, 2.0, -2.0).T
    b1 = 1.0 - 2.0 * rows.sum(axis=1)
    W2 = np.array([[3.0 if tuple(row) in wanted else -3.0] for row in rows.astype(int).tolist()])
    return W1, b1, W2, np.array([0.0])
