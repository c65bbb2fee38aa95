# task: softmax-jacobian
# how: PyTorch differentiates, one probability at a time
import torch


def softmax_jacobian(z, temperature=1.0):
    rows = []
    for row in torch.tensor(z):
        softmax = lambda t: torch.softmax(t / temperature, dim=0)
        rows.append(torch.autograd.functional.jacobian(softmax, row))
    return torch.stack(rows).numpy()
