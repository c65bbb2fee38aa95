# task: backward
# loses: test-backward-dq 1, test-backward-dk 1, test-backward-batch 1
# mistake: the gradient of the weights is used as that of the scores
def attention_backward(d_out, q, k, v, weights):
    d_weights = d_out @ np.swapaxes(v, -1, -2)
    d_scores = d_weights
    d_scores = d_scores / np.sqrt(q.shape[-1])
    dq = d_scores @ k
    dk = np.swapaxes(d_scores, -1, -2) @ q
    dv = np.swapaxes(weights, -1, -2) @ d_out
    return dq, dk, dv
