# task: to-torch
# how: returns tensors
import torch


def to_torch(weights):
    state, layer = {}, -1
    for array in weights:
        tensor = torch.tensor(array)
        layer += tensor.dim() == 2
        name = "weight" if tensor.dim() == 2 else "bias"
        state[f"{2 * layer}.{name}"] = tensor.t().contiguous()
    return state
