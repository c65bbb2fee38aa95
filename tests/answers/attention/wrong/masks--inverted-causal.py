# task: masks
# loses: test-masks-causal 1, test-masks-decoder 1
# mistake: True marks what is forbidden
def causal_mask(length):
    return np.triu(np.ones((length, length), dtype=bool), 1)


def padding_mask(lengths, length):
    return (np.arange(length) < np.asarray(lengths)[:, None])[:, None, None, :]


def decoder_mask(lengths, length):
    return causal_mask(length) & padding_mask(lengths, length)
