# task: unit-report
# loses: test-unit-report-dead 1, test-unit-report-linear 1
# mistake: z = 0 is counted as open, so a unit that is always 0 is linear
import numpy as np


def unit_report(batches, W, b):
    z = np.concatenate(batches) @ W + b
    return (z < 0).all(axis=0), (z >= 0).all(axis=0)
