# task: stratified-split
# loses: test-stratified-split-parts 2, test-stratified-split-classes 2
# mistake: loops over range(max + 1): labels below 0 are lost
import numpy as np


def stratified_split(y, fraction, seed):
    """Return (train, validation), the positions in y that go to each part."""
    rng = np.random.default_rng(seed)
    train, validation = [], []
    for label in range(max(y) + 1):
        if not np.any(y == label):
            continue
        members = rng.permutation(np.flatnonzero(y == label))
        count = min(max(round(fraction * len(members)), 1), len(members) - 1)
        validation.extend(members[:count])
        train.extend(members[count:])
    return np.array(train), np.array(validation)
