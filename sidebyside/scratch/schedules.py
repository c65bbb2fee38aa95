"""Learning-rate schedules: functions of the step (a number or an array of them), counted from 0.

Each gives the rate of that step, in the shape of `step`. `reduce_on_plateau` is the exception: it
looks at the validation losses so far. Constants and conventions are those of the chapter, which
shows them equal to Keras' and PyTorch's; one-cycle is that of Smith and Topin (2018) in the form
of `torch.optim.lr_scheduler.OneCycleLR`.

Taught in chapter 06.
"""

import numpy as np


def step_decay(step, initial, every, factor=0.5):
    """The rate of a step: multiplied by factor after every so many steps, in jumps."""
    return initial * factor ** (np.asarray(step) // every)


def exponential(step, initial, every, factor=0.5):
    """As step_decay, but smoothly: a straight line where the rate is drawn logarithmically."""
    return initial * factor ** (np.asarray(step) / every)


def cosine(step, initial, total, final=0.0):
    """Half a cosine from initial at step 0 to final at step total, and final from there on."""
    progress = np.minimum(np.asarray(step) / total, 1.0)
    return final + (initial - final) * (1 + np.cos(np.pi * progress)) / 2


def warm_up(step, peak, steps, start=0.0):
    """A straight line from start at step 0 to peak at step steps, and peak from there on."""
    return start + (peak - start) * np.minimum(np.asarray(step) / steps, 1.0)


def one_cycle(step, peak, total, rise=0.3, start_factor=25.0, end_factor=1e4):
    """Two half cosines: from peak / start_factor up to peak, and down to that / end_factor."""
    step, start = np.asarray(step), peak / start_factor
    top, last = rise * total - 1, total - 1
    up = cosine(step, start, top, peak)
    down = cosine(np.maximum(step - top, 0), peak, last - top, start / end_factor)
    return np.where(step <= top, up, down)


def reduce_on_plateau(losses, initial, factor=0.1, patience=10, min_delta=1e-4):
    """The rate of the next epoch, given the validation losses of all epochs so far."""
    rate, best, wait = initial, np.inf, 0
    for loss in losses:
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
            if wait >= patience:
                rate, wait = rate * factor, 0
    return rate
