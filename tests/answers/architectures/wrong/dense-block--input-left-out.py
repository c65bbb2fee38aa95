# task: dense-block
# loses: test-dense-block-layer 1, test-dense-block-all 1
# mistake: The input of the block is not part of the output
import numpy as np


def dense_block(x, layers):
    """The input and the outputs of all layers, side by side."""
    for layer in layers:
        new = conv(np.maximum(batch_norm(x, layer["norm"]), 0.0), layer["kernel"])
        x = np.concatenate([x, new], axis=3)  # what the next layer gets
    return x[..., layers[0]["norm"].shape[1] :] if layers else x
