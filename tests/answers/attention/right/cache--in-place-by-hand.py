# task: cache
# how: the cache is changed in place and handed back, attention written out
def decode_step(q_t, k_t, v_t, cache, window=None):
    if cache is None:
        cache = {"k": k_t, "v": v_t}
    else:
        for name, new in (("k", k_t), ("v", v_t)):
            cache[name] = np.append(cache[name], new, axis=2)
    if window is not None and cache["k"].shape[2] > window:
        for name in ("k", "v"):
            cache[name] = cache[name][:, :, 1:]
    scores = np.sum(q_t * cache["k"], axis=-1, keepdims=True) / np.sqrt(q_t.shape[-1])
    weights = np.exp(scores - scores.max(axis=2, keepdims=True))  # (batch, heads, tokens, 1)
    weights /= weights.sum(axis=2, keepdims=True)
    return np.sum(weights * cache["v"], axis=2, keepdims=True), cache
