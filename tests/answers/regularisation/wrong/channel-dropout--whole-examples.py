# task: channel-dropout
# loses: test-channel-dropout-whole 2
# mistake: all channels of an example fall together
def channel_dropout(x, rate, seed, training=True):
    shape = (x.shape[0], *(1,) * (x.ndim - 2), x.shape[-1])
    if not training or rate == 0:
        return x, np.ones(shape)
    drawn = np.random.default_rng(seed).random((*shape[:-1], 1))
    mask = np.repeat((drawn >= rate) / (1 - rate), x.shape[-1], axis=-1)
    return x * mask, mask
