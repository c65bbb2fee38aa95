# task: dense-block
# loses: test-dense-block-layer 1
# mistake: The ReLU is missing
import numpy as np


def dense_block(x, layers):
    """The input and the outputs of all layers, side by side."""
    for layer in layers:
        new = conv(batch_norm(x, layer["norm"]), layer["kernel"])
        x = np.concatenate([x, new], axis=3)  # what the next layer gets
    return x
