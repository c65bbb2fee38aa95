# task: inverted-residual
# how: The convolutions of 1 × 1 as matrix products
import numpy as np


def inverted_residual(x, weights, stride=1):
    def relu6(z):
        return np.where(z < 0, 0.0, np.where(z > 6, 6.0, z))

    wide = x
    if "expand" in weights:
        wide = relu6((x @ weights["expand"][0, 0]) * weights["norm1"][0] + weights["norm1"][1])
    filtered = relu6(batch_norm(depthwise(wide, weights["depthwise"], stride), weights["norm2"]))
    thin = (filtered @ weights["project"][0, 0]) * weights["norm3"][0] + weights["norm3"][1]
    if stride == 1 and thin.shape[-1] == x.shape[-1]:
        thin = thin + x
    return thin
