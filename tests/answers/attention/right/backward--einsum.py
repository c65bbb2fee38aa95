# task: backward
# how: einsum throughout, with the row term from d_out and the output
def attention_backward(d_out, q, k, v, weights):
    out = np.einsum("...ij,...je->...ie", weights, v)
    row = np.einsum("...ie,...ie->...i", d_out, out)[..., None]  # equals the sum of A dA
    d_scores = weights * (np.einsum("...ie,...je->...ij", d_out, v) - row) * q.shape[-1] ** -0.5
    dq = np.einsum("...ij,...jd->...id", d_scores, k)
    dk = np.einsum("...ij,...id->...jd", d_scores, q)
    return [dq, dk, np.einsum("...ij,...ie->...je", weights, d_out)]
