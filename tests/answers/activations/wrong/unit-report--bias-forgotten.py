# task: unit-report
# loses: test-unit-report-dead 1, test-unit-report-linear 1, test-unit-report-batches 1
# mistake: z is taken without the bias
import numpy as np


def unit_report(batches, W, b):
    z = np.concatenate(batches) @ W
    return (z <= 0).all(axis=0), (z > 0).all(axis=0)
