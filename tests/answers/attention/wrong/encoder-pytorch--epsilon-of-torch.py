# task: encoder-pytorch
# loses: test-encoder-pytorch-value 1
# mistake: ε = 1e-5, the default of F.layer_norm
import torch
import torch.nn.functional as F


def encoder_block_torch(x, p, num_heads, mask=None):
    batch, time, d = x.shape
    normed = F.layer_norm(x, (d,), p["gamma_1"], p["beta_1"])
    packed = normed @ p["w_qkv"] + p["b_qkv"]
    heads = (batch, time, num_heads, d // num_heads)
    q, k, v = (part.reshape(heads).transpose(1, 2) for part in packed.chunk(3, dim=-1))
    out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    out = out.transpose(1, 2).reshape(batch, time, d)
    y = x + out @ p["w_o"] + p["b_o"]
    normed = F.layer_norm(y, (d,), p["gamma_2"], p["beta_2"])
    hidden = F.gelu(normed @ p["w_1"] + p["b_1"])
    return y + hidden @ p["w_2"] + p["b_2"]
