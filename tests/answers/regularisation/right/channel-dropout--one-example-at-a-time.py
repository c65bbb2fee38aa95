# task: channel-dropout
# how: a loop over the examples, with binomial draws
def channel_dropout(x, rate, seed, training=True):
    rng, masks = np.random.default_rng(seed), []
    for example in x:
        kept = np.ones(example.shape[-1])
        if training and rate > 0:
            kept = rng.binomial(1, 1 - rate, size=example.shape[-1]) / (1 - rate)
        masks.append(kept.reshape([1] * (example.ndim - 1) + [-1]))
    mask = np.stack(masks)
    return np.multiply(x, mask), mask
