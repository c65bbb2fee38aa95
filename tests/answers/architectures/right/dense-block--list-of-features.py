# task: dense-block
# how: A list of feature maps that is joined anew for each layer
import numpy as np


def dense_block(x, layers):
    features = [x]
    for layer in layers:
        together = np.concatenate(features, axis=-1)
        features.append(conv(batch_norm(together, layer["norm"]).clip(min=0), layer["kernel"]))
    return np.concatenate(features, axis=-1)
