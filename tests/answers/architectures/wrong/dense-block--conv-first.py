# task: dense-block
# loses: test-dense-block-layer 1
# mistake: Convolution, then normalisation and ReLU, as elsewhere
import numpy as np


def dense_block(x, layers):
    for layer in layers:
        scale, shift = layer["norm"].mean(axis=1)
        new = np.maximum(conv(x, layer["kernel"]) * scale + shift, 0.0)
        x = np.concatenate([x, new], axis=3)
    return x
