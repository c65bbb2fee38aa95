# task: stratified-split
# how: one permutation; each example's rank within its class decides
import numpy as np


def stratified_split(y, fraction, seed):
    order, seen = np.random.RandomState(seed).permutation(len(y)), {}
    train, validation = [], []
    for place in order:
        label = int(y[place])
        size = int((y == label).sum())
        rank = seen[label] = seen.get(label, 0) + 1
        count = max(1, min(size - 1, round(fraction * size)))
        (validation if rank <= count else train).append(int(place))
    return train, validation
