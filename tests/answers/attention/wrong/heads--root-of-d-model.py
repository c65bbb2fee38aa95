# task: heads
# loses: test-heads-value 2, test-heads-frameworks 1
# mistake: √d of the whole model in the place of √d_h of one head
def split_heads(x, num_heads):
    batch, time, d = x.shape
    return x.reshape(batch, time, num_heads, d // num_heads).transpose(0, 2, 1, 3)


def merge_heads(x):
    batch, num_heads, time, size = x.shape
    return x.transpose(0, 2, 1, 3).reshape(batch, time, num_heads * size)


def multi_head_attention(x, params, num_heads, mask=None):
    d = x.shape[-1]
    packed = x @ params["w_qkv"] + params["b_qkv"]
    q, k, v = (split_heads(part, num_heads) for part in np.split(packed, 3, axis=-1))
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(d)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    return merge_heads(weights @ v) @ params["w_o"] + params["b_o"]
