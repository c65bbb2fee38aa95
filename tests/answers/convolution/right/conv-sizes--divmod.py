# task: conv-sizes
# how: divmod and numpy's ceil; a list of floats
import numpy as np


def conv_sizes(size, kernel, stride, padding, dilation):
    reach = 1 + (kernel - 1) * dilation
    if padding == "same":
        rest = size % stride
        total = max(reach - (rest if rest else stride), 0)
        after, odd = divmod(total, 2)
        return [total - after - odd, after + odd, float(np.ceil(size / stride))]
    p = {"valid": 0}.get(padding, padding)
    return [p, p, float(np.floor((size + p + p - reach) / stride) + 1)]
