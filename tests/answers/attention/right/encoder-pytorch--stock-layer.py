# task: encoder-pytorch
# how: nn.TransformerEncoderLayer given the transposed weights
import torch


def encoder_block_torch(x, p, num_heads, mask=None):
    d, dff = p["w_1"].shape
    layer = torch.nn.TransformerEncoderLayer(
        d,
        num_heads,
        dff,
        dropout=0.0,
        activation="gelu",
        layer_norm_eps=1e-6,
        batch_first=True,
        norm_first=True,
        dtype=x.dtype,
    )
    order = ("w_qkv", "b_qkv", "w_o", "b_o", "w_1", "b_1", "w_2", "b_2")
    order += ("gamma_1", "beta_1", "gamma_2", "beta_2")
    with torch.no_grad():
        for theirs, name in zip(layer.parameters(), order, strict=True):
            theirs.copy_(p[name].T if p[name].ndim == 2 else p[name])
    return layer(x, src_key_padding_mask=None if mask is None else ~mask[:, 0, 0])
