# task: dense-backward
# how: a loop over all positions that adds up outer products
import numpy as np


def dense_backward(x, W, upstream):
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(W.shape[1])
    for position in np.ndindex(x.shape[:-1]):
        dx[position] = W @ upstream[position]
        dW += np.outer(x[position], upstream[position])
        db += upstream[position]
    return dx, dW, db
