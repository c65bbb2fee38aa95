# task: channel-dropout
# loses: test-channel-dropout-values 1, test-channel-dropout-whole 2, test-channel-dropout-inference 1
# mistake: two axes in between are taken for granted
def channel_dropout(x, rate, seed, training=True):
    shape = (x.shape[0], 1, 1, x.shape[-1])
    if not training or rate == 0:
        return x, np.ones(shape)
    mask = (np.random.default_rng(seed).random(shape) >= rate) / (1 - rate)
    return x * mask, mask
