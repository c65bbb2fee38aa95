# task: unit-report
# loses: test-unit-report-batches 1
# mistake: a unit that is dead in one batch is called dead
import numpy as np


def unit_report(batches, W, b):
    reports = [((x @ W + b <= 0).all(axis=0), (x @ W + b > 0).all(axis=0)) for x in batches]
    return np.any([r[0] for r in reports], axis=0), np.any([r[1] for r in reports], axis=0)
