# task: circular-conv2d
# loses: test-circular-conv2d-values 1, test-circular-conv2d-equivariance 1
# mistake: The picture is closed from left to right only; above and below stand zeros
import numpy as np


def circular_conv2d(x, kernel):
    height, width = kernel.shape[:2]
    above, left = (height - 1) // 2, (width - 1) // 2
    rows = x.shape[1]
    x = np.pad(x, [(0, 0), (above, height - 1 - above), (0, 0), (0, 0)])
    y = 0.0
    for a, b in np.ndindex(height, width):
        y = y + np.roll(x[:, a : a + rows], left - b, axis=2) @ kernel[a, b]
    return y
