# task: dense-block
# loses: test-dense-block-layer 1
# mistake: The ReLU stands before the normalisation
import numpy as np


def dense_block(x, layers):
    """The input and the outputs of all layers, side by side."""
    for layer in layers:
        new = conv(batch_norm(np.maximum(x, 0.0), layer["norm"]), layer["kernel"])
        x = np.concatenate([x, new], axis=3)  # what the next layer gets
    return x
