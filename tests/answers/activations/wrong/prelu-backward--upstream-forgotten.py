# task: prelu-backward
# loses: test-prelu-backward-input 1, test-prelu-backward-slope 2, test-prelu-backward-sequences 1
# mistake: local slopes only: what arrives is not handed on
import numpy as np


def prelu_backward(z, slope, upstream):
    axes = tuple(range(z.ndim - 1))
    return np.where(z > 0, 1.0, slope), np.minimum(z, 0).sum(axis=axes)
