# task: cache
# loses: test-cache-window 1
# mistake: the window limits what is seen, and the cache grows without end
def decode_step(q_t, k_t, v_t, cache, window=None):
    if cache is not None:
        k_t = np.concatenate([cache["k"], k_t], axis=-2)
        v_t = np.concatenate([cache["v"], v_t], axis=-2)
    last = slice(None) if window is None else slice(-window, None)
    return trusted_attention(q_t, k_t[..., last, :], v_t[..., last, :]), {"k": k_t, "v": v_t}
