# task: cache
# loses: test-cache-step 2, test-cache-window 1
# mistake: a causal mask from the upper left: the one row sees the first key only
def decode_step(q_t, k_t, v_t, cache, window=None):
    if cache is not None:
        k_t = np.concatenate([cache["k"], k_t], axis=-2)
        v_t = np.concatenate([cache["v"], v_t], axis=-2)
    if window is not None:
        k_t, v_t = k_t[..., -window:, :], v_t[..., -window:, :]
    return trusted_attention(q_t, k_t, v_t, np.tril(np.ones((1, k_t.shape[-2]), dtype=bool))), {
        "k": k_t,
        "v": v_t,
    }
