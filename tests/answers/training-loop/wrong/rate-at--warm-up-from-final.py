# task: rate-at
# loses: test-rate-at-warm-up 1
# mistake: the warm-up starts from the final rate
import numpy as np


def rate_at(step, peak, warm_up_steps, total_steps, final=0.0):
    """Return the learning rate of a step, or of an array of steps."""
    step = np.asarray(step)
    last_of_warm_up = warm_up_steps - 1
    progress = (step - last_of_warm_up) / (total_steps - 1 - last_of_warm_up)
    progress = np.clip(progress, 0.0, 1.0)
    decay = final + (peak - final) * (1 + np.cos(np.pi * progress)) / 2
    return np.where(
        step < warm_up_steps, final + (peak - final) * (step + 1) / warm_up_steps, decay
    )
