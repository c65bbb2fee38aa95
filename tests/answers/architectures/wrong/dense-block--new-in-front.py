# task: dense-block
# loses: test-dense-block-layer 1, test-dense-block-all 1
# mistake: The new channels are put in front
import numpy as np


def dense_block(x, layers):
    """The input and the outputs of all layers, side by side."""
    for layer in layers:
        new = conv(np.maximum(batch_norm(x, layer["norm"]), 0.0), layer["kernel"])
        x = np.concatenate([new, x], axis=3)  # what the next layer gets
    return x
