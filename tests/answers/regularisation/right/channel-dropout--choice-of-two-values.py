# task: channel-dropout
# how: draws the mask's two values by rng.choice
def channel_dropout(x, rate, seed, training=True):
    between = [1] * (len(x.shape) - 2)
    shape = [len(x), *between, np.shape(x)[-1]]
    if not training:
        rate = 0.0
    rng = np.random.default_rng(seed)
    mask = rng.choice([0.0, 1 / (1 - rate)], p=[rate, 1 - rate], size=shape)
    return x * mask, mask
