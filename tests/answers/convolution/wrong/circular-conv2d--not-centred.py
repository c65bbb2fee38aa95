# task: circular-conv2d
# loses: test-circular-conv2d-values 1
# mistake: The kernel begins at the position in place of being centred on it
import numpy as np


def circular_conv2d(x, kernel):
    """Slide a kernel over pictures whose opposite edges are joined."""
    height, width = kernel.shape[:2]
    y = 0.0
    for a, b in np.ndindex(height, width):
        shift = -a, -b
        y = y + np.roll(x, shift, axis=(1, 2)) @ kernel[a, b]
    return y
