# task: attention
# how: the logarithm of the mask is added to the scores (log 0 = -inf)
def attention(q, k, v, mask=None):
    def stable_softmax(z):
        e = np.exp(z - z.max(-1, keepdims=True))
        return e / e.sum(-1, keepdims=True)

    mask = True if mask is None else mask
    weights = stable_softmax(q @ np.swapaxes(k, -2, -1) / q.shape[-1] ** 0.5 + np.log(mask))
    return weights @ v, weights
