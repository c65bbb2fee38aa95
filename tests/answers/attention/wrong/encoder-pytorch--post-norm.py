# task: encoder-pytorch
# loses: test-encoder-pytorch-value 1
# mistake: the normalisations come after the sums, the default of nn.TransformerEncoderLayer
import torch
import torch.nn.functional as F


def encoder_block_torch(x, p, num_heads, mask=None):
    batch, time, d = x.shape
    normed = x
    packed = normed @ p["w_qkv"] + p["b_qkv"]
    heads = (batch, time, num_heads, d // num_heads)
    q, k, v = (part.reshape(heads).transpose(1, 2) for part in packed.chunk(3, dim=-1))
    out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    out = out.transpose(1, 2).reshape(batch, time, d)
    y = F.layer_norm(x + out @ p["w_o"] + p["b_o"], (d,), p["gamma_1"], p["beta_1"], eps=1e-6)
    normed = y
    hidden = F.gelu(normed @ p["w_1"] + p["b_1"])
    return F.layer_norm(y + hidden @ p["w_2"] + p["b_2"], (d,), p["gamma_2"], p["beta_2"], eps=1e-6)
