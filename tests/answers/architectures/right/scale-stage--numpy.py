# task: scale-stage
# how: NumPy's floor and ceil
import numpy as np


def scale_stage(channels, repeats, width, depth):
    wanted = width * channels
    eighths = max(np.floor(wanted / 8 + 0.5), 1)
    if 8 * eighths < 0.9 * wanted:
        eighths += 1
    return [int(8 * eighths), int(np.ceil(depth * repeats))]
