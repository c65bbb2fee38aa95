# task: softmax-jacobian
# how: four loops
import math

import numpy as np


def softmax_jacobian(z, temperature=1.0):
    batch, classes = z.shape
    jacobian = np.zeros((batch, classes, classes))
    for n in range(batch):
        top = max(z[n])
        e = [math.exp((entry - top) / temperature) for entry in z[n]]
        p = [entry / sum(e) for entry in e]
        for i in range(classes):
            for j in range(classes):
                jacobian[n, i, j] = p[i] * ((i == j) - p[j]) / temperature
    return jacobian
