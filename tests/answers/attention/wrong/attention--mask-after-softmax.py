# task: attention
# loses: test-attention-mask 1, test-attention-big 1
# mistake: the mask multiplies the weights after the softmax
def attention(q, k, v, mask=None):
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights = weights / weights.sum(-1, keepdims=True)
    if mask is not None:
        weights = weights * mask
    return weights @ v, weights
