# task: circular-conv2d
# loses: test-circular-conv2d-values 1
# mistake: The kernel's rows and columns are swapped
import numpy as np


def circular_conv2d(x, kernel):
    """Slide a kernel over pictures whose opposite edges are joined."""
    kernel = kernel.transpose(1, 0, 2, 3)
    height, width = kernel.shape[:2]
    y = 0.0
    for a, b in np.ndindex(height, width):
        shift = (height - 1) // 2 - a, (width - 1) // 2 - b
        y = y + np.roll(x, shift, axis=(1, 2)) @ kernel[a, b]
    return y
