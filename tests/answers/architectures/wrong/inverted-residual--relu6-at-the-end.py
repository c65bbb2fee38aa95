# task: inverted-residual
# loses: test-inverted-residual-relu6 1, test-inverted-residual-linear 1, test-inverted-residual-shortcut 1, test-inverted-residual-stride 1
# mistake: ReLU6 follows the projection, too
import numpy as np


def inverted_residual(x, weights, stride=1):
    """MobileNetV2's block in inference mode."""
    y = x
    if "expand" in weights:
        y = np.clip(batch_norm(conv(y, weights["expand"]), weights["norm1"]), 0.0, 6.0)
    y = np.clip(batch_norm(depthwise(y, weights["depthwise"], stride), weights["norm2"]), 0.0, 6.0)
    y = batch_norm(conv(y, weights["project"]), weights["norm3"])  # no activation
    y = np.clip(y, 0.0, 6.0)
    return x + y if x.shape == y.shape else y
