# task: inverted-residual
# loses: test-inverted-residual-stride 1
# mistake: A block that does not expand is cut off by ReLU6 all the same
import numpy as np


def inverted_residual(x, weights, stride=1):
    """MobileNetV2's block in inference mode."""
    y = np.clip(x, 0.0, 1.0) if "expand" not in weights else x
    if "expand" in weights:
        y = np.clip(batch_norm(conv(y, weights["expand"]), weights["norm1"]), 0.0, 6.0)
    y = np.clip(batch_norm(depthwise(y, weights["depthwise"], stride), weights["norm2"]), 0.0, 6.0)
    y = batch_norm(conv(y, weights["project"]), weights["norm3"])  # no activation
    return x + y if x.shape == y.shape else y
