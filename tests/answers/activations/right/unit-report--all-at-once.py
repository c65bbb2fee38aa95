# task: unit-report
# how: one array of all examples
import numpy as np


def unit_report(batches, W, b):
    z = np.concatenate(batches) @ W + b
    return z.max(axis=0) <= 0, z.min(axis=0) > 0
