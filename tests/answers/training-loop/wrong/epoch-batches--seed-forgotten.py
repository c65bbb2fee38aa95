# task: epoch-batches
# loses: test-epoch-batches-order 2
# mistake: every run has the same orders
import numpy as np


def epoch_batches(n, batch_size, seed, epoch, drop_last=False):
    """Return the batches of one epoch, a list of integer arrays."""
    order = np.random.default_rng(epoch).permutation(n)
    batches = [order[start : start + batch_size] for start in range(0, n, batch_size)]
    if drop_last and len(batches[-1]) < batch_size:
        batches.pop()
    return batches
