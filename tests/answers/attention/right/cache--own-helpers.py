# task: cache
# how: small functions of one's own beside the task, with common names
def local(array, window):
    return array if window is None else array[..., -window:, :]


def join(past, new, window):
    return local(new if past is None else np.concatenate([past, new], axis=-2), window)


def decode_step(q_t, k_t, v_t, cache, window=None):
    cache = cache or {"k": None, "v": None}
    cache = {"k": join(cache["k"], k_t, window), "v": join(cache["v"], v_t, window)}
    return trusted_attention(q_t, cache["k"], cache["v"]), cache
