# task: masks
# loses: test-masks-causal 1, test-masks-decoder 1
# mistake: the future is shown and the past hidden
def causal_mask(length):
    return np.triu(np.ones((length, length), dtype=bool))


def padding_mask(lengths, length):
    return (np.arange(length) < np.asarray(lengths)[:, None])[:, None, None, :]


def decoder_mask(lengths, length):
    return causal_mask(length) & padding_mask(lengths, length)
