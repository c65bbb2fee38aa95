# task: residual-block
# loses: test-residual-block-projection 2
# mistake: The projection is not used; channels are repeated and positions left out
import numpy as np


def residual_block(x, weights, stride=1):
    """A basic residual block in inference mode."""
    y = batch_norm(conv(x, weights["kernel1"], stride), weights["norm1"])
    y = np.maximum(y, 0.0)
    y = batch_norm(conv(y, weights["kernel2"]), weights["norm2"])
    shortcut = x
    if "projection" in weights:
        shortcut = np.resize(x[:, ::stride, ::stride].mean(axis=3, keepdims=True), y.shape)
    return np.maximum(y + shortcut, 0.0)
