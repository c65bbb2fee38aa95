# task: encoder-pytorch
# loses: test-encoder-pytorch-value 1, test-encoder-pytorch-mask 1
# mistake: viewed as (batch, heads, time, d_h) at once
import torch
import torch.nn.functional as F


def encoder_block_torch(x, p, num_heads, mask=None):
    batch, time, d = x.shape
    normed = F.layer_norm(x, (d,), p["gamma_1"], p["beta_1"], eps=1e-6)
    packed = normed @ p["w_qkv"] + p["b_qkv"]
    heads = (batch, num_heads, time, d // num_heads)
    q, k, v = (part.reshape(heads) for part in packed.chunk(3, dim=-1))
    out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    out = out.reshape(batch, time, d)
    y = x + out @ p["w_o"] + p["b_o"]
    normed = F.layer_norm(y, (d,), p["gamma_2"], p["beta_2"], eps=1e-6)
    hidden = F.gelu(normed @ p["w_1"] + p["b_1"])
    return y + hidden @ p["w_2"] + p["b_2"]
