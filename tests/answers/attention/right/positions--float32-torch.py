# task: positions
# how: exp of logarithms in PyTorch, float32, as in its tutorial
import math

import torch


def sinusoidal_positions(length, d_model, base=10000.0):
    t = torch.arange(length).unsqueeze(1)
    frequencies = torch.exp(torch.arange(0, d_model, 2) * (-math.log(base) / d_model))
    positions = torch.zeros(length, d_model)
    positions[:, 0::2] = torch.sin(t * frequencies)
    positions[:, 1::2] = torch.cos(t * frequencies)
    return positions
