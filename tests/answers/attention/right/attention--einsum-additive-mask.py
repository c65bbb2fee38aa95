# task: attention
# how: einsum, and a large negative number added to the forbidden scores
def attention(q, k, v, mask=None):
    scores = np.einsum("...id,...jd->...ij", q, k) * q.shape[-1] ** -0.5
    if mask is not None:
        scores = scores + np.where(mask, 0.0, -1e30)
    scores -= np.max(scores, axis=-1, keepdims=True)
    weights = np.exp(scores)
    weights /= np.einsum("...ij->...i", weights)[..., None]
    return [np.einsum("...ij,...je->...ie", weights, v), weights]
