# task: inverted-residual
# loses: test-inverted-residual-relu6 1
# mistake: A plain ReLU is used
import numpy as np


def inverted_residual(x, weights, stride=1):
    """MobileNetV2's block in inference mode."""
    y = x
    if "expand" in weights:
        y = np.clip(batch_norm(conv(y, weights["expand"]), weights["norm1"]), 0.0, None)
    y = np.clip(batch_norm(depthwise(y, weights["depthwise"], stride), weights["norm2"]), 0.0, None)
    y = batch_norm(conv(y, weights["project"]), weights["norm3"])  # no activation
    return x + y if x.shape == y.shape else y
