# task: epoch-batches
# loses: test-epoch-batches-cover 2
# mistake: drop_last drops the last batch although it is full
import numpy as np


def epoch_batches(n, batch_size, seed, epoch, drop_last=False):
    """Return the batches of one epoch, a list of integer arrays."""
    order = np.random.default_rng([seed, epoch]).permutation(n)
    batches = [order[start : start + batch_size] for start in range(0, n, batch_size)]
    if drop_last:
        batches.pop()
    return batches
