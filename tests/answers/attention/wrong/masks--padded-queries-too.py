# task: masks
# loses: test-masks-decoder 1
# mistake: queries that are padding see nothing: their rows would be 0 / 0
def causal_mask(length):
    return np.tril(np.ones((length, length), dtype=bool))


def padding_mask(lengths, length):
    return (np.arange(length) < np.asarray(lengths)[:, None])[:, None, None, :]


def decoder_mask(lengths, length):
    return (
        causal_mask(length)
        & padding_mask(lengths, length)
        & padding_mask(lengths, length).swapaxes(2, 3)
    )
