# task: rate-at
# loses: test-rate-at-arrays 1
# mistake: the cosine is not stopped at its end and rises again
import numpy as np


def rate_at(step, peak, warm_up_steps, total_steps, final=0.0):
    """Return the learning rate of a step, or of an array of steps."""
    step = np.asarray(step)
    last_of_warm_up = warm_up_steps - 1
    progress = (step - last_of_warm_up) / (total_steps - 1 - last_of_warm_up)
    decay = final + (peak - final) * (1 + np.cos(np.pi * progress)) / 2
    return np.where(step < warm_up_steps, peak * (step + 1) / warm_up_steps, decay)
