# task: dense-backward
# how: tensordot over all axes but the last, in float32
import numpy as np


def dense_backward(x, W, upstream):
    x, W, upstream = (np.asarray(a, dtype=np.float32) for a in (x, W, upstream))
    front = list(range(x.ndim - 1))
    return (
        np.tensordot(upstream, W, axes=([-1], [1])),
        np.tensordot(x, upstream, axes=(front, front)),
        upstream.sum(axis=tuple(front)),
    )
