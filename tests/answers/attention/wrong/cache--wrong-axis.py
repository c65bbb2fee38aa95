# task: cache
# loses: test-cache-step 2, test-cache-window 1
# mistake: joined along the axis of the heads
def decode_step(q_t, k_t, v_t, cache, window=None):
    if cache is not None:
        k_t = np.concatenate([cache["k"], k_t], axis=1)
        v_t = np.concatenate([cache["v"], v_t], axis=1)
    if window is not None:
        k_t, v_t = k_t[..., -window:, :], v_t[..., -window:, :]
    return trusted_attention(q_t, k_t, v_t), {"k": k_t, "v": v_t}
