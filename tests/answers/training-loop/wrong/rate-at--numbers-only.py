# task: rate-at
# loses: test-rate-at-arrays 1
# mistake: an if on the step: arrays fail
import numpy as np


def rate_at(step, peak, warm_up_steps, total_steps, final=0.0):
    if step < warm_up_steps:
        return peak * (step + 1) / warm_up_steps
    t = min((step - warm_up_steps + 1) / (total_steps - warm_up_steps), 1.0)
    return final + (peak - final) * (1 + np.cos(np.pi * t)) / 2
