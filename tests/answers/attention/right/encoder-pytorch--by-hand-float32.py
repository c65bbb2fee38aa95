# task: encoder-pytorch
# how: layer norm, softmax and GELU written out, in float32
import torch


def encoder_block_torch(x, p, num_heads, mask=None):
    x, p = x.float(), {name: a.float() for name, a in p.items()}

    def norm(z, n):
        variance, mean = torch.var_mean(z, -1, correction=0, keepdim=True)
        return (z - mean) * torch.rsqrt(variance + 1e-6) * p[f"gamma_{n}"] + p[f"beta_{n}"]

    packed = (norm(x, 1) @ p["w_qkv"] + p["b_qkv"]).unflatten(-1, (3, num_heads, -1))
    q, k, v = packed.permute(2, 0, 3, 1, 4)
    scores = q @ k.mT / q.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(mask.logical_not(), -1e9)
    out = (scores.softmax(-1) @ v).transpose(1, 2).flatten(2)
    y = x + out @ p["w_o"] + p["b_o"]
    hidden = norm(y, 2) @ p["w_1"] + p["b_1"]
    return y + hidden * torch.special.ndtr(hidden) @ p["w_2"] + p["b_2"]
