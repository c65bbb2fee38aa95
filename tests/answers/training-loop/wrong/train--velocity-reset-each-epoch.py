# task: train
# loses: test-train-uninterrupted 1
# mistake: the velocity starts from 0 in every epoch
import json

import numpy as np


def train(x, y, epochs, seed=0, checkpoint=None):
    """Train for some more epochs; return (w, checkpoint), the checkpoint as JSON text."""
    rng, first = np.random.default_rng(seed), 0
    w, v = np.zeros(x.shape[1]), np.zeros(x.shape[1])
    if checkpoint is not None:
        saved = json.loads(checkpoint)
        w, v, first = np.array(saved["w"]), np.array(saved["v"]), saved["epoch"]
        rng.bit_generator.state = saved["rng"]
    for epoch in range(first, first + epochs):
        order, v = rng.permutation(len(x)), np.zeros(x.shape[1])
        for start in range(0, len(x), 4):
            rows = order[start : start + 4]
            gradient = 2 / len(rows) * x[rows].T @ (x[rows] @ w - y[rows])
            v = 0.8 * v + gradient
            w = w - 0.1 * 0.9**epoch * v
    state = {"w": w.tolist(), "v": v.tolist(), "epoch": first + epochs}
    return w, json.dumps(state | {"rng": rng.bit_generator.state})
