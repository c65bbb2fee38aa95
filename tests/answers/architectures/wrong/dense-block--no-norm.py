# task: dense-block
# loses: test-dense-block-layer 1
# mistake: The normalisation is missing
import numpy as np


def dense_block(x, layers):
    """The input and the outputs of all layers, side by side."""
    for layer in layers:
        new = conv(np.maximum(x, 0.0), layer["kernel"])
        x = np.concatenate([x, new], axis=3)  # what the next layer gets
    return x
