# task: unbroadcast
# loses: test-unbroadcast-length-one 1, test-unbroadcast-both 1
# mistake: axes of length 1 are forgotten: only the axes in front are summed
def unbroadcast(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    return gradient
