# task: backward
# loses: test-backward-dk 1, test-backward-batch 1
# mistake: 1/√d_k is applied to dq and forgotten for dk
def attention_backward(d_out, q, k, v, weights):
    d_weights = d_out @ np.swapaxes(v, -1, -2)
    d_scores = weights * (d_weights - np.sum(weights * d_weights, axis=-1, keepdims=True))
    dq = d_scores @ k / np.sqrt(q.shape[-1])
    dk = np.swapaxes(d_scores, -1, -2) @ q
    dv = np.swapaxes(weights, -1, -2) @ d_out
    return dq, dk, dv
