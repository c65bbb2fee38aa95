# task: unit-report
# loses: test-unit-report-batches 1
# mistake: every batch overwrites the verdict on the one before
import numpy as np


def unit_report(batches, W, b):
    for x in batches:
        z = x @ W + b
        dead, linear = (z <= 0).all(axis=0), (z > 0).all(axis=0)
    return dead, linear
