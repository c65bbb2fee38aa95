# task: masks
# loses: test-masks-padding 1, test-masks-decoder 1
# mistake: True marks the padding, as in nn.MultiheadAttention
def causal_mask(length):
    return np.tril(np.ones((length, length), dtype=bool))


def padding_mask(lengths, length):
    return (np.arange(length) >= np.asarray(lengths)[:, None])[:, None, None, :]


def decoder_mask(lengths, length):
    return causal_mask(length) & padding_mask(lengths, length)
