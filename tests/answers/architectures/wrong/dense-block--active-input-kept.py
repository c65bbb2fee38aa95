# task: dense-block
# loses: test-dense-block-layer 1
# mistake: The normalised input is handed on in place of the input
import numpy as np


def dense_block(x, layers):
    """The input and the outputs of all layers, side by side."""
    for layer in layers:
        x = np.maximum(batch_norm(x, layer["norm"]), 0.0)
        new = conv(x, layer["kernel"])
        x = np.concatenate([x, new], axis=3)  # what the next layer gets
    return x
