# task: train
# how: stores floats in hexadecimal, in place on arrays
import json

import numpy as np


def train(x, y, epochs, seed=0, checkpoint=None):
    rng, both, epoch = np.random.default_rng(seed), np.zeros((2, x.shape[1])), 0
    if checkpoint:
        numbers, rng.bit_generator.state, epoch = json.loads(checkpoint)
        both = np.array([[float.fromhex(n) for n in row] for row in numbers])
    w, v = both
    for now in range(epoch, epoch + epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(order), 4):
            part = order[start : start + 4]
            v *= 0.8
            v += 2 * x[part].T @ (x[part] @ w - y[part]) / len(part)
            w -= 0.1 * 0.9**now * v
    numbers = [[float(n).hex() for n in row] for row in both]
    return w.copy(), json.dumps([numbers, rng.bit_generator.state, epoch + epochs])
