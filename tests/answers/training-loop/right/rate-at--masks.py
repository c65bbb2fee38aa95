# task: rate-at
# how: fills three parts of an array by masks
import numpy as np


def rate_at(step, peak, warm_up_steps, total_steps, final=0.0):
    step = np.asarray(step, dtype=float)
    rates = np.full(step.shape, float(final))
    rising = step < warm_up_steps
    falling = ~rising & (step < total_steps)
    rates[rising] = peak / warm_up_steps * (step[rising] + 1)
    t = (step[falling] - warm_up_steps + 1) / (total_steps - warm_up_steps)
    rates[falling] = final + (peak - final) * np.cos(np.pi / 2 * t) ** 2
    return rates
