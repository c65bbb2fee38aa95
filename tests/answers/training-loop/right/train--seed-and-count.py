# task: train
# how: keeps the first seed and the number of epochs, and trains again from the start of the order
import json

import numpy as np


def train(x, y, epochs, seed=0, checkpoint=None):
    done = {"seed": seed, "epoch": 0, "w": [0.0] * x.shape[1], "v": [0.0] * x.shape[1]}
    if checkpoint is not None:
        done = json.loads(checkpoint)
    rng = np.random.default_rng(done["seed"])
    for _ in range(done["epoch"]):
        rng.permutation(len(x))
    w, v = np.array(done["w"]), np.array(done["v"])
    for _ in range(epochs):
        order, rate = rng.permutation(len(x)), 0.1 * 0.9 ** done["epoch"]
        for batch in np.split(order, range(4, len(x), 4)):
            v = 0.8 * v + 2 / len(batch) * (x[batch].T @ (x[batch] @ w - y[batch]))
            w = w - rate * v
        done["epoch"] += 1
    return w, json.dumps({**done, "w": w.tolist(), "v": v.tolist()})
