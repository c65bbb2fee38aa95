# task: stratified-split
# loses: test-stratified-split-parts 2
# mistake: takes the first of each class: nothing is random
import numpy as np


def stratified_split(y, fraction, seed):
    """Return (train, validation), the positions in y that go to each part."""
    train, validation = [], []
    for label in np.unique(y):
        members = np.flatnonzero(y == label)
        count = min(max(round(fraction * len(members)), 1), len(members) - 1)
        validation.extend(members[:count])
        train.extend(members[count:])
    return np.array(train), np.array(validation)
