# task: rate-at
# how: one step at a time with math, then np.vectorize
import math

import numpy as np


def rate_at(step, peak, warm_up_steps, total_steps, final=0.0):
    def one(k):
        if k < warm_up_steps:
            return float(peak * (k + 1) / warm_up_steps)
        t = (k - warm_up_steps + 1) / (total_steps - warm_up_steps)
        return float(final + (peak - final) * 0.5 * (1 + math.cos(math.pi * min(1, t))))

    return np.vectorize(one, otypes=[float])(step)
