# task: attention
# how: softmax and products of PyTorch, masked_fill
import torch


def attention(q, k, v, mask=None):
    q, k, v = (torch.tensor(np.array(a, dtype=float)) for a in (q, k, v))
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~torch.tensor(np.array(mask)), float("-inf"))
    weights = scores.softmax(dim=-1)
    return (weights @ v).numpy(), weights.numpy()
