# task: attention
# how: the queries scaled first, float32, the mask as a factor on the exponentials
def attention(q, k, v, mask=None):
    q, k, v = (np.asarray(a, dtype=np.float32) for a in (q, k, v))
    scores = (q / np.sqrt(np.float32(q.shape[-1]))) @ k.swapaxes(-2, -1)
    allowed = np.broadcast_to(True if mask is None else mask, scores.shape)
    top = np.max(scores, axis=-1, keepdims=True, where=allowed, initial=-np.inf)
    weights = np.exp(np.minimum(scores - top, 0)) * allowed
    weights = weights / weights.sum(-1, keepdims=True)
    return weights @ v, weights
