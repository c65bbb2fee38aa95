# task: circular-conv2d
# loses: test-circular-conv2d-values 1, test-circular-conv2d-equivariance 1
# mistake: The picture is mirrored at its edge
import numpy as np


def circular_conv2d(x, kernel):
    height, width = kernel.shape[:2]
    above, left = (height - 1) // 2, (width - 1) // 2
    edges = [(0, 0), (above, height - 1 - above), (left, width - 1 - left), (0, 0)]
    x = np.pad(x, edges, mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(1, 2))
    return np.einsum("nijcab,abco->nijo", windows, kernel)
