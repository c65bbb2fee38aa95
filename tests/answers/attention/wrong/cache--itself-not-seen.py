# task: cache
# loses: test-cache-step 2, test-cache-window 1
# mistake: the new token attends before it is put in the cache
def decode_step(q_t, k_t, v_t, cache, window=None):
    if cache is None:
        return v_t, {"k": k_t, "v": v_t}
    out = trusted_attention(q_t, cache["k"], cache["v"])
    k = np.concatenate([cache["k"], k_t], axis=-2)
    v = np.concatenate([cache["v"], v_t], axis=-2)
    if window is not None:
        k, v = k[..., -window:, :], v[..., -window:, :]
    return out, {"k": k, "v": v}
