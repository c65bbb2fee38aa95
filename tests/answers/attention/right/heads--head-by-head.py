# task: heads
# how: a loop over the heads, each with its columns of the weights and rows of W_o
def split_heads(x, num_heads):
    return np.moveaxis(np.reshape(x, (*np.shape(x)[:2], num_heads, -1)), 2, 1)


def merge_heads(x):
    x = np.moveaxis(x, 1, 2)
    return x.reshape(*x.shape[:2], -1)


def multi_head_attention(x, params, num_heads, mask=None):
    batch, time, d = x.shape
    size, out = d // num_heads, params["b_o"]
    if mask is not None:
        mask = np.broadcast_to(mask, (batch, num_heads, time, time))
    for head in range(num_heads):
        parts = [slice(s * d + head * size, s * d + (head + 1) * size) for s in range(3)]
        q, k, v = (x @ params["w_qkv"][:, p] + params["b_qkv"][p] for p in parts)
        seen = None if mask is None else mask[:, head, None]
        got = trusted_attention(q[:, None], k[:, None], v[:, None], seen)[:, 0]
        out = out + got @ params["w_o"][parts[0]]
    return out
