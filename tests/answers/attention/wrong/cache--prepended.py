# task: cache
# loses: test-cache-window 1
# mistake: new tokens are put before the old ones: the window keeps the oldest
def decode_step(q_t, k_t, v_t, cache, window=None):
    if cache is not None:
        k_t = np.concatenate([k_t, cache["k"]], axis=-2)
        v_t = np.concatenate([v_t, cache["v"]], axis=-2)
    if window is not None:
        k_t, v_t = k_t[..., -window:, :], v_t[..., -window:, :]
    return trusted_attention(q_t, k_t, v_t), {"k": k_t, "v": v_t}
