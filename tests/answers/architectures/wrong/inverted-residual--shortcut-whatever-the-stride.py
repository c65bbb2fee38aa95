# task: inverted-residual
# loses: test-inverted-residual-shortcut 1
# mistake: The input is added where the channels agree, whatever the stride
import numpy as np


def inverted_residual(x, weights, stride=1):
    """MobileNetV2's block in inference mode."""
    y = x
    if "expand" in weights:
        y = np.clip(batch_norm(conv(y, weights["expand"]), weights["norm1"]), 0.0, 6.0)
    y = np.clip(batch_norm(depthwise(y, weights["depthwise"], stride), weights["norm2"]), 0.0, 6.0)
    y = batch_norm(conv(y, weights["project"]), weights["norm3"])  # no activation
    return x[:, ::stride, ::stride] + y if x.shape[3] == y.shape[3] else y
