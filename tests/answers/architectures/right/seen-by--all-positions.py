# task: seen-by
# how: Keeps the set of all positions that are seen
import numpy as np


def seen_by(stack, position):
    seen = np.array([position])
    for kernel, stride, padding, dilation in stack[::-1]:
        seen = np.unique(seen[:, None] * stride - padding + dilation * np.arange(kernel))
    return seen.min(), seen.max()
