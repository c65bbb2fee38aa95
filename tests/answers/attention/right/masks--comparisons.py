# task: masks
# how: comparisons of positions and one product of 0/1 integers
def causal_mask(length):
    i = np.arange(length)
    return (i[:, None] >= i[None, :]).astype(int)


def padding_mask(lengths, length):
    lengths = np.reshape(lengths, (-1, 1, 1, 1))
    return (np.arange(length) < lengths).astype(int)


def decoder_mask(lengths, length):
    return padding_mask(lengths, length) * causal_mask(length)
