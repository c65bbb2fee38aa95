# task: channel-dropout
# loses: test-channel-dropout-inference 1
# mistake: dropout is active at inference as well
def channel_dropout(x, rate, seed, training=True):
    shape = (x.shape[0], *(1,) * (x.ndim - 2), x.shape[-1])
    if rate == 0:
        return x, np.ones(shape)
    mask = (np.random.default_rng(seed).random(shape) >= rate) / (1 - rate)
    return x * mask, mask
