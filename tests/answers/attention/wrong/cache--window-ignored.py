# task: cache
# loses: test-cache-window 1
# mistake: the window is not used
def decode_step(q_t, k_t, v_t, cache, window=None):
    if cache is not None:
        k_t = np.concatenate([cache["k"], k_t], axis=-2)
        v_t = np.concatenate([cache["v"], v_t], axis=-2)
    return trusted_attention(q_t, k_t, v_t), {"k": k_t, "v": v_t}
