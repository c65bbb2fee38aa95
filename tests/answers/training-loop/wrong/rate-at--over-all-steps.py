# task: rate-at
# loses: test-rate-at-decay 2
# mistake: the cosine is measured from step 0, warm-up included
import numpy as np


def rate_at(step, peak, warm_up_steps, total_steps, final=0.0):
    """Return the learning rate of a step, or of an array of steps."""
    step = np.asarray(step)
    progress = step / (total_steps - 1)
    progress = np.clip(progress, 0.0, 1.0)
    decay = final + (peak - final) * (1 + np.cos(np.pi * progress)) / 2
    return np.where(step < warm_up_steps, peak * (step + 1) / warm_up_steps, decay)
