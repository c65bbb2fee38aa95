# task: prelu-backward
# how: PyTorch differentiates
import torch


def prelu_backward(z, slope, upstream):
    a, b = (torch.tensor(x, requires_grad=True) for x in (z, slope))
    torch.where(a > 0, a, a * b).backward(torch.tensor(upstream))
    return a.grad.numpy(), b.grad.numpy()
