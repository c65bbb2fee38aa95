# task: residual-block
# loses: test-residual-block-projection 2
# mistake: The projection's normalisation is missing
import numpy as np


def residual_block(x, weights, stride=1):
    """A basic residual block in inference mode."""
    y = batch_norm(conv(x, weights["kernel1"], stride), weights["norm1"])
    y = np.maximum(y, 0.0)
    y = batch_norm(conv(y, weights["kernel2"]), weights["norm2"])
    shortcut = x
    if "projection" in weights:
        shortcut = conv(x, weights["projection"], stride)
    return np.maximum(y + shortcut, 0.0)
