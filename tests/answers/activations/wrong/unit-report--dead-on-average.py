# task: unit-report
# loses: test-unit-report-dead 1, test-unit-report-linear 1, test-unit-report-batches 1
# mistake: the mean of z is tested instead of every z
import numpy as np


def unit_report(batches, W, b):
    z = np.concatenate(batches) @ W + b
    return z.mean(axis=0) <= 0, z.mean(axis=0) > 0
