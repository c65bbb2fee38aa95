# task: masks
# how: loops, nested lists of booleans
def causal_mask(length):
    return [[key <= query for key in range(length)] for query in range(length)]


def padding_mask(lengths, length):
    return [[[[key < n for key in range(length)]]] for n in lengths]


def decoder_mask(lengths, length):
    return [
        [[[key <= query and key < n for key in range(length)] for query in range(length)]]
        for n in lengths
    ]
