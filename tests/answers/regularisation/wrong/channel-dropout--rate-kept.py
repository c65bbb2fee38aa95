# task: channel-dropout
# loses: test-channel-dropout-values 1
# mistake: the rate is taken for the share that is kept
def channel_dropout(x, rate, seed, training=True):
    shape = (x.shape[0], *(1,) * (x.ndim - 2), x.shape[-1])
    if not training or rate == 0:
        return x, np.ones(shape)
    mask = (np.random.default_rng(seed).random(shape) < rate) / rate
    return x * mask, mask
