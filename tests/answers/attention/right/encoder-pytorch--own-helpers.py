# task: encoder-pytorch
# how: helpers of one's own with common names; one head after another
import math

import torch
import torch.nn.functional as F


def block(normed, w, b):
    return normed @ w + b


def stock(q, k, v, mask):
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.where(mask[:, 0], torch.tensor(-torch.inf, dtype=scores.dtype))
    return F.softmax(scores, dim=-1) @ v


def encoder_block_torch(x, p, num_heads, mask=None):
    shape = x.shape[-1:]
    normed = F.layer_norm(x, shape, p["gamma_1"], p["beta_1"], 1e-6)
    parts = block(normed, p["w_qkv"], p["b_qkv"]).chunk(3, -1)
    heads = zip(*(part.chunk(num_heads, -1) for part in parts), strict=True)
    out = torch.cat([stock(q, k, v, mask) for q, k, v in heads], -1)
    y = x + block(out, p["w_o"], p["b_o"])
    hidden = F.gelu(
        block(F.layer_norm(y, shape, p["gamma_2"], p["beta_2"], 1e-6), p["w_1"], p["b_1"])
    )
    return y + block(hidden, p["w_2"], p["b_2"])
