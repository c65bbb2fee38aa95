# task: unit-report
# loses: test-unit-report-linear 1, test-unit-report-batches 1
# mistake: every unit that is not dead is called linear
import numpy as np


def unit_report(batches, W, b):
    z = np.concatenate(batches) @ W + b
    dead = (z <= 0).all(axis=0)
    return dead, ~dead
