# task: masks
# loses: test-masks-decoder 1
# mistake: a key that passes one of the masks is let through
def causal_mask(length):
    return np.tril(np.ones((length, length), dtype=bool))


def padding_mask(lengths, length):
    return (np.arange(length) < np.asarray(lengths)[:, None])[:, None, None, :]


def decoder_mask(lengths, length):
    return causal_mask(length) | padding_mask(lengths, length)
