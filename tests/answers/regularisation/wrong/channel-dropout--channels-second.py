# task: channel-dropout
# loses: test-channel-dropout-whole 2, test-channel-dropout-inference 1
# mistake: the channels are looked for on the second axis
def channel_dropout(x, rate, seed, training=True):
    shape = (*x.shape[:2], *(1,) * (x.ndim - 2))
    if not training or rate == 0:
        return x, np.ones(shape)
    mask = (np.random.default_rng(seed).random(shape) >= rate) / (1 - rate)
    return x * mask, mask
