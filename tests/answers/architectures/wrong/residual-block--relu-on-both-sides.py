# task: residual-block
# loses: test-residual-block-relu 1
# mistake: The last ReLU stands before the addition and after it
import numpy as np


def residual_block(x, weights, stride=1):
    """A basic residual block in inference mode."""
    y = batch_norm(conv(x, weights["kernel1"], stride), weights["norm1"])
    y = np.maximum(y, 0.0)
    y = batch_norm(conv(y, weights["kernel2"]), weights["norm2"])
    shortcut = x
    if "projection" in weights:
        shortcut = batch_norm(conv(x, weights["projection"], stride), weights["norm3"])
    return np.maximum(np.maximum(y, 0.0) + shortcut, 0.0)
