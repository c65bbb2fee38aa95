# task: cache
# loses: test-cache-step 2
# mistake: the past is kept in a global list: two texts are mixed
past = []


def decode_step(q_t, k_t, v_t, cache, window=None):
    if cache is None:
        past.clear()
    past.append((k_t, v_t))
    if window is not None:
        del past[:-window]
    k, v = (np.concatenate(parts, axis=-2) for parts in zip(*past, strict=True))
    return trusted_attention(q_t, k, v), {"k": k, "v": v}
