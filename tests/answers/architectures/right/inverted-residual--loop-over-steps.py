# task: inverted-residual
# how: A loop over the three steps
import numpy as np


def inverted_residual(x, weights, stride=1):
    y, steps = x, ["expand", "depthwise", "project"]
    for number, step in enumerate(steps, start=1):
        if step not in weights:
            continue
        y = depthwise(y, weights[step], stride) if step == "depthwise" else conv(y, weights[step])
        y = batch_norm(y, weights[f"norm{number}"])
        if step != "project":
            y = np.minimum(np.maximum(y, 0), 6)
    same = stride == 1 and y.shape[3] == x.shape[3]
    return y + x if same else y
