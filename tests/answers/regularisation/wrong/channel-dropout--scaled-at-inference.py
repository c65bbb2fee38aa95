# task: channel-dropout
# loses: test-channel-dropout-inference 1
# mistake: the classic form at inference: multiplied by 1 - rate
def channel_dropout(x, rate, seed, training=True):
    shape = (x.shape[0], *(1,) * (x.ndim - 2), x.shape[-1])
    if not training or rate == 0:
        return x * (1 - rate), np.ones(shape)
    mask = (np.random.default_rng(seed).random(shape) >= rate) / (1 - rate)
    return x * mask, mask
