# task: heads
# loses: test-heads-split 1, test-heads-value 2, test-heads-frameworks 1
# mistake: head h takes every h-th feature and not neighbours
def split_heads(x, num_heads):
    batch, time, d = x.shape
    return x.reshape(batch, time, d // num_heads, num_heads).transpose(0, 3, 1, 2)


def merge_heads(x):
    batch, num_heads, time, size = x.shape
    return x.transpose(0, 2, 1, 3).reshape(batch, time, num_heads * size)


def multi_head_attention(x, params, num_heads, mask=None):
    packed = x @ params["w_qkv"] + params["b_qkv"]
    q, k, v = (split_heads(part, num_heads) for part in np.split(packed, 3, axis=-1))
    out = merge_heads(trusted_attention(q, k, v, mask))
    return out @ params["w_o"] + params["b_o"]
