# task: heads
# how: PyTorch's own layer in float32, one sequence at a time
import torch


def split_heads(x, num_heads):
    return torch.tensor(x).unflatten(-1, (num_heads, -1)).transpose(1, 2)


def merge_heads(x):
    return torch.tensor(x).transpose(1, 2).flatten(2)


def multi_head_attention(x, params, num_heads, mask=None):
    p = {name: torch.tensor(a, dtype=torch.float32) for name, a in params.items()}
    x = torch.tensor(x, dtype=torch.float32)
    q, k, v = (x @ p["w_qkv"] + p["b_qkv"]).chunk(3, -1)
    q, k, v = (a.unflatten(-1, (num_heads, -1)).transpose(1, 2) for a in (q, k, v))
    mask = None if mask is None else torch.tensor(mask)
    out = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return out.transpose(1, 2).flatten(2) @ p["w_o"] + p["b_o"]
