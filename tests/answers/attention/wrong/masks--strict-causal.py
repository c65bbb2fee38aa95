# task: masks
# loses: test-masks-causal 1, test-masks-decoder 1
# mistake: a query does not see its own position
def causal_mask(length):
    return np.tril(np.ones((length, length), dtype=bool), -1)


def padding_mask(lengths, length):
    return (np.arange(length) < np.asarray(lengths)[:, None])[:, None, None, :]


def decoder_mask(lengths, length):
    return causal_mask(length) & padding_mask(lengths, length)
