# task: epoch-batches
# loses: test-epoch-batches-cover 2
# mistake: draws with replacement: some examples twice, others never
import numpy as np


def epoch_batches(n, batch_size, seed, epoch, drop_last=False):
    """Return the batches of one epoch, a list of integer arrays."""
    order = np.random.default_rng([seed, epoch]).integers(0, n, size=n)
    batches = [order[start : start + batch_size] for start in range(0, n, batch_size)]
    if drop_last and len(batches[-1]) < batch_size:
        batches.pop()
    return batches
