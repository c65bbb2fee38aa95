# task: backward
# loses: test-backward-dq 1, test-backward-dk 1, test-backward-batch 1
# mistake: the sum in the row term runs over the queries
def attention_backward(d_out, q, k, v, weights):
    d_weights = d_out @ np.swapaxes(v, -1, -2)
    d_scores = weights * (d_weights - np.sum(weights * d_weights, axis=-2, keepdims=True))
    d_scores = d_scores / np.sqrt(q.shape[-1])
    dq = d_scores @ k
    dk = np.swapaxes(d_scores, -1, -2) @ q
    dv = np.swapaxes(weights, -1, -2) @ d_out
    return dq, dk, dv
