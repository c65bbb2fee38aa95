# task: stratified-split
# how: a mask of the validation examples, drawn with choice
import numpy as np


def stratified_split(y, fraction, seed):
    rng, inside = np.random.default_rng([seed, 1]), np.zeros(len(y), dtype=bool)
    for label, size in np.stack(np.unique(y, return_counts=True), axis=1):
        count = int(np.clip(round(fraction * int(size)), 1, size - 1))
        inside[rng.choice(np.flatnonzero(y == label), count, replace=False)] = True
    return np.flatnonzero(~inside), np.flatnonzero(inside)
