# task: residual-block
# loses: test-residual-block-identity 1, test-residual-block-relu 1, test-residual-block-projection 2
# mistake: The input is not added
import numpy as np


def residual_block(x, weights, stride=1):
    y = np.maximum(batch_norm(conv(x, weights["kernel1"], stride), weights["norm1"]), 0.0)
    y = batch_norm(conv(y, weights["kernel2"]), weights["norm2"])
    return np.maximum(y, 0.0)
