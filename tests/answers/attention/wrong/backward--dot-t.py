# task: backward
# loses: test-backward-batch 1
# mistake: .T turns every axis around: no leading axes
def attention_backward(d_out, q, k, v, weights):
    d_weights = d_out @ v.T
    d_scores = weights * (d_weights - np.sum(weights * d_weights, axis=-1, keepdims=True))
    d_scores = d_scores / np.sqrt(q.shape[-1])
    dq = d_scores @ k
    dk = d_scores.T @ q
    dv = weights.T @ d_out
    return dq, dk, dv
