# task: epoch-batches
# how: cuts with np.split, seeds through a SeedSequence
import numpy as np


def epoch_batches(n, batch_size, seed, epoch, drop_last=False):
    sequence = np.random.SeedSequence(entropy=seed, spawn_key=(epoch,))
    order = np.arange(n)
    np.random.default_rng(sequence).shuffle(order)
    batches = np.split(order, range(batch_size, n, batch_size))
    return [b for b in batches if len(b) == batch_size or not drop_last]
