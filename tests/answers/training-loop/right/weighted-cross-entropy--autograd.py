# task: weighted-cross-entropy
# how: the gradient from torch.autograd
import numpy as np


def weighted_cross_entropy(logits, y, weights, divide_by="n"):
    import torch

    z = torch.tensor(np.asarray(logits, dtype=float), requires_grad=True)
    labels, w = torch.tensor(np.asarray(y)), torch.tensor(np.asarray(weights, dtype=float))
    total = torch.nn.functional.cross_entropy(z, labels, weight=w, reduction="sum")
    loss = total / (len(y) if divide_by == "n" else w[labels].sum())
    loss.backward()
    return loss.item(), z.grad.numpy()
