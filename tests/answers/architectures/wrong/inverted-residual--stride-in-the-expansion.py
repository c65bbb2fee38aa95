# task: inverted-residual
# loses: test-inverted-residual-stride 1
# mistake: The stride is in the convolution that expands, and where there is none, it is lost
import numpy as np


def inverted_residual(x, weights, stride=1):
    """MobileNetV2's block in inference mode."""
    y = x
    if "expand" in weights:
        y = np.clip(batch_norm(conv(y, weights["expand"], stride), weights["norm1"]), 0.0, 6.0)
    y = np.clip(batch_norm(depthwise(y, weights["depthwise"]), weights["norm2"]), 0.0, 6.0)
    y = batch_norm(conv(y, weights["project"]), weights["norm3"])  # no activation
    return x + y if x.shape == y.shape else y
