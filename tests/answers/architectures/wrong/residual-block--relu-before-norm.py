# task: residual-block
# loses: test-residual-block-identity 1, test-residual-block-projection 2
# mistake: The first ReLU stands before its normalisation
import numpy as np


def residual_block(x, weights, stride=1):
    """A basic residual block in inference mode."""
    y = np.maximum(conv(x, weights["kernel1"], stride), 0.0)
    y = batch_norm(y, weights["norm1"])
    y = batch_norm(conv(y, weights["kernel2"]), weights["norm2"])
    shortcut = x
    if "projection" in weights:
        shortcut = batch_norm(conv(x, weights["projection"], stride), weights["norm3"])
    return np.maximum(y + shortcut, 0.0)
