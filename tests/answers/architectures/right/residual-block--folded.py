# task: residual-block
# how: The scales are folded into the kernels
import numpy as np


def residual_block(x, weights, stride=1):
    scale1, shift1 = weights["norm1"]
    scale2, shift2 = weights["norm2"]
    hidden = conv(x, weights["kernel1"] * scale1, stride) + shift1
    y = conv(hidden * (hidden > 0), weights["kernel2"] * scale2) + shift2
    if weights.get("projection") is not None:
        scale3, shift3 = weights["norm3"]
        x = conv(x, weights["projection"] * scale3, stride) + shift3
    y = y + x
    return np.where(y > 0, y, 0.0)
