# task: stratified-split
# loses: test-stratified-split-classes 2
# mistake: one draw from all examples, whatever their class
import numpy as np


def stratified_split(y, fraction, seed):
    order = np.random.default_rng(seed).permutation(len(y))
    count = round(fraction * len(y))
    return order[count:], order[:count]
