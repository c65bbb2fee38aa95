# task: attention
# loses: test-attention-value 2, test-attention-batch 1, test-attention-mask 1, test-attention-big 1
# mistake: the scores are used as weights
def attention(q, k, v, mask=None):
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    weights = scores
    return weights @ v, weights
