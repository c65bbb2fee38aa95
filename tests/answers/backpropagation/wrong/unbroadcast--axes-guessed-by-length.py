# task: unbroadcast
# loses: test-unbroadcast-front 1, test-unbroadcast-length-one 1, test-unbroadcast-both 1
# mistake: the axes to sum are guessed from their lengths, wrong when two axes are equally long
def unbroadcast(gradient, shape):
    axes = tuple(axis for axis, length in enumerate(gradient.shape) if length not in shape)
    return gradient.sum(axis=axes).reshape(shape)
