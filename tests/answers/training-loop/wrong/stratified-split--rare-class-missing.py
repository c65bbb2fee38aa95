# task: stratified-split
# loses: test-stratified-split-classes 2
# mistake: round alone: a rare class gets no validation example, or only such
import numpy as np


def stratified_split(y, fraction, seed):
    """Return (train, validation), the positions in y that go to each part."""
    rng = np.random.default_rng(seed)
    train, validation = [], []
    for label in np.unique(y):
        members = rng.permutation(np.flatnonzero(y == label))
        count = round(fraction * len(members))
        validation.extend(members[:count])
        train.extend(members[count:])
    return np.array(train), np.array(validation)
