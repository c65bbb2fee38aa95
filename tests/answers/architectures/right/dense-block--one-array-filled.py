# task: dense-block
# how: One array of the final size, filled from left to right
import numpy as np


def dense_block(x, layers):
    done = x.shape[3]
    out = np.zeros((*x.shape[:3], done + sum(layer["kernel"].shape[3] for layer in layers)))
    out[..., :done] = x
    for layer in layers:
        active = batch_norm(out[..., :done], layer["norm"])
        new = conv(active * (active > 0), layer["kernel"])
        out[..., done : done + new.shape[3]] = new
        done += new.shape[3]
    return out
