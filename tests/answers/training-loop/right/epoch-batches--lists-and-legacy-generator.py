# task: epoch-batches
# how: plain lists, a RandomState seeded by both numbers
import numpy as np


def epoch_batches(n, batch_size, seed, epoch, drop_last=False):
    order, batches = np.random.RandomState([seed, epoch]).permutation(n).tolist(), []
    while order:
        batch, order = order[:batch_size], order[batch_size:]
        if len(batch) == batch_size or not drop_last:
            batches.append(batch)
    return batches
