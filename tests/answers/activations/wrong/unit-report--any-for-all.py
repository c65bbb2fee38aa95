# task: unit-report
# loses: test-unit-report-dead 1, test-unit-report-linear 1, test-unit-report-batches 1
# mistake: one example decides: any instead of all
import numpy as np


def unit_report(batches, W, b):
    z = np.concatenate(batches) @ W + b
    return (z <= 0).any(axis=0), (z > 0).any(axis=0)
