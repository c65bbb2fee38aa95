# task: channel-dropout
# loses: test-channel-dropout-whole 2
# mistake: ordinary dropout: each entry is drawn by itself
def channel_dropout(x, rate, seed, training=True):
    shape = (x.shape[0], *(1,) * (x.ndim - 2), x.shape[-1])
    if not training or rate == 0:
        return x, np.ones(shape)
    mask = (np.random.default_rng(seed).random(x.shape) >= rate) / (1 - rate)
    return x * mask, mask
