# task: heads
# how: einsum with the weights cut into heads, no use of the helper
def split_heads(x, num_heads):
    return np.stack(np.split(x, num_heads, axis=-1), axis=1)


def merge_heads(x):
    return np.concatenate([x[:, head] for head in range(x.shape[1])], axis=-1)


def multi_head_attention(x, params, num_heads, mask=None):
    d = x.shape[-1]
    w = params["w_qkv"].reshape(d, 3, num_heads, d // num_heads)
    b = params["b_qkv"].reshape(3, 1, num_heads, 1, d // num_heads)
    q, k, v = np.einsum("btd,dshe->sbhte", x, w) + b
    scores = np.einsum("bhie,bhje->bhij", q, k) / (d // num_heads) ** 0.5
    if mask is not None:
        scores = np.where(mask, scores, -1e30)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    out = np.einsum("bhij,bhje,hed->bid", weights, v, params["w_o"].reshape(num_heads, -1, d))
    return out + params["b_o"]
