# task: dense-block
# loses: test-dense-block-all 1
# mistake: Only the newest output has numbers for the next layer; the others are set to zero
import numpy as np


def dense_block(x, layers):
    """The input and the outputs of all layers, side by side."""
    whole = x
    for layer in layers:
        new = conv(np.maximum(batch_norm(x, layer["norm"]), 0.0), layer["kernel"])
        whole = np.concatenate([whole, new], axis=3)
        x = np.concatenate([0.0 * x, new], axis=3)
    return whole
