# task: epoch-batches
# loses: test-epoch-batches-order 2
# mistake: shuffles the batches, not the examples
import numpy as np


def epoch_batches(n, batch_size, seed, epoch, drop_last=False):
    rng = np.random.default_rng([seed, epoch])
    batches = [np.arange(s, min(s + batch_size, n)) for s in range(0, n, batch_size)]
    last = batches.pop() if len(batches[-1]) < batch_size else None
    batches = [batches[i] for i in rng.permutation(len(batches))]
    return batches if last is None or drop_last else [*batches, last]
