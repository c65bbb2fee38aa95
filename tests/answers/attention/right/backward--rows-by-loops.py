# task: backward
# how: one query at a time, leading axes by recursion
def attention_backward(d_out, q, k, v, weights):
    if q.ndim > 2:
        slices = zip(d_out, q, k, v, weights, strict=True)
        parts = [attention_backward(*one) for one in slices]
        return tuple(np.stack(grads) for grads in zip(*parts, strict=True))
    dq, dk, dv = np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)
    for i, row in enumerate(weights):
        d_row = v @ d_out[i]
        d_scores = row * (d_row - row @ d_row) / np.sqrt(q.shape[1])
        dq[i] = d_scores @ k
        dk += np.outer(d_scores, q[i])
        dv += np.outer(row, d_out[i])
    return dq, dk, dv
