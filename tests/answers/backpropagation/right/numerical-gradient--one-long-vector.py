# task: numerical-gradient
# how: all parameters in one flat vector, nudged by adding and subtracting, unpacked afterwards
import numpy as np


def numerical_gradient(parameters, x, h=1e-5):
    def unpack(vector):
        found, start = {}, 0
        for name, value in parameters.items():
            found[name] = vector[start : start + value.size].reshape(value.shape)
            start += value.size
        return found

    theta = np.concatenate([np.ravel(value) for value in parameters.values()]).astype(float)
    slopes = np.zeros(theta.size)
    for k in range(theta.size):
        theta[k] += h
        slopes[k] = tied_loss(unpack(theta), x)
        theta[k] -= 2 * h
        slopes[k] -= tied_loss(unpack(theta), x)
        theta[k] += h
    return unpack(slopes / (2 * h))
