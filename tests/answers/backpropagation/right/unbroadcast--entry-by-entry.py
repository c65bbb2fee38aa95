# task: unbroadcast
# how: a loop over all entries that adds each to the entry it came from
import numpy as np


def unbroadcast(gradient, shape):
    origin = np.broadcast_to(np.arange(int(np.prod(shape))).reshape(shape), gradient.shape)
    total = [0.0] * int(np.prod(shape))
    for position, entry in zip(origin.ravel(), gradient.ravel(), strict=True):
        total[position] += float(entry)
    return np.array(total).reshape(shape)
