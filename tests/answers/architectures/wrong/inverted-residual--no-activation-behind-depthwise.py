# task: inverted-residual
# loses: test-inverted-residual-relu6 1
# mistake: The ReLU6 behind the depthwise convolution is missing
import numpy as np


def inverted_residual(x, weights, stride=1):
    """MobileNetV2's block in inference mode."""
    y = x
    if "expand" in weights:
        y = np.clip(batch_norm(conv(y, weights["expand"]), weights["norm1"]), 0.0, 6.0)
    y = batch_norm(depthwise(y, weights["depthwise"], stride), weights["norm2"])
    y = batch_norm(conv(y, weights["project"]), weights["norm3"])  # no activation
    return x + y if x.shape == y.shape else y
