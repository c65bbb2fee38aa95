# task: swiglu
# how: PyTorch differentiates
import torch


def swiglu(gate, value, upstream):
    a, b = (torch.tensor(x, requires_grad=True) for x in (gate, value))
    output = torch.nn.functional.silu(a) * b
    output.backward(torch.tensor(upstream, dtype=output.dtype))
    return output.detach().numpy(), a.grad.numpy(), b.grad.numpy()
