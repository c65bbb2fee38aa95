# task: dense-block
# loses: test-dense-block-layer 1, test-dense-block-all 1
# mistake: The output is added to the input, as in a residual network
import numpy as np


def dense_block(x, layers):
    """The input and the outputs of all layers, side by side."""
    for layer in layers:
        new = conv(np.maximum(batch_norm(x, layer["norm"]), 0.0), layer["kernel"])
        x = np.concatenate([x, new + x.mean(axis=3, keepdims=True)], axis=3)
    return x
