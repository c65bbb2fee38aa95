# task: cache
# loses: test-cache-step 2, test-cache-window 1
# mistake: the first cache is handed back for ever: the tokens between are forgotten
def decode_step(q_t, k_t, v_t, cache, window=None):
    if cache is not None:
        k_t = np.concatenate([cache["k"], k_t], axis=-2)
        v_t = np.concatenate([cache["v"], v_t], axis=-2)
    if window is not None:
        k_t, v_t = k_t[..., -window:, :], v_t[..., -window:, :]
    return trusted_attention(q_t, k_t, v_t), cache or {"k": k_t, "v": v_t}
