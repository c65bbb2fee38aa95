# task: epoch-batches
# loses: test-epoch-batches-cover 2
# mistake: range stops too early: the last, smaller batch is always left out
import numpy as np


def epoch_batches(n, batch_size, seed, epoch, drop_last=False):
    """Return the batches of one epoch, a list of integer arrays."""
    order = np.random.default_rng([seed, epoch]).permutation(n)
    batches = [
        order[start : start + batch_size] for start in range(0, n - batch_size + 1, batch_size)
    ]
    return batches
