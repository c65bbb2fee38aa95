# task: stratified-split
# loses: test-stratified-split-parts 2
# mistake: the training part holds all positions, those of validation too
import numpy as np


def stratified_split(y, fraction, seed):
    """Return (train, validation), the positions in y that go to each part."""
    rng = np.random.default_rng(seed)
    train, validation = [], []
    for label in np.unique(y):
        members = rng.permutation(np.flatnonzero(y == label))
        count = min(max(round(fraction * len(members)), 1), len(members) - 1)
        validation.extend(members[:count])
        train.extend(members)
    return np.array(train), np.array(validation)
