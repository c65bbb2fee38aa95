# task: unbroadcast
# loses: test-unbroadcast-both 1
# mistake: axes of length 1 are counted before the axes in front are gone, so they are off by some
def unbroadcast(gradient, shape):
    for axis, length in enumerate(shape):
        if length == 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    return gradient
