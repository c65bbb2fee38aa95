# task: unbroadcast
# loses: test-unbroadcast-front 1, test-unbroadcast-length-one 1, test-unbroadcast-both 1
# mistake: one slice is taken instead of the sum over all of them
def unbroadcast(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient[0]
    for axis, length in enumerate(shape):
        if length == 1:
            gradient = gradient.take([0], axis=axis)
    return gradient
