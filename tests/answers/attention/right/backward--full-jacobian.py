# task: backward
# how: the whole Jacobian of the softmax for each row, diag(A) - A Aᵀ, in float32
def attention_backward(d_out, q, k, v, weights):
    d_out, q, k, v, a = (np.asarray(t, dtype=np.float32) for t in (d_out, q, k, v, weights))
    jacobian = a[..., :, None] * np.eye(a.shape[-1], dtype=np.float32)
    jacobian = jacobian - a[..., :, None] * a[..., None, :]  # (..., n_q, n_k, n_k)
    d_a = d_out @ np.swapaxes(v, -1, -2)
    d_s = (jacobian @ d_a[..., None])[..., 0] / np.float32(q.shape[-1] ** 0.5)
    return d_s @ k, np.swapaxes(d_s, -1, -2) @ q, np.swapaxes(a, -1, -2) @ d_out
