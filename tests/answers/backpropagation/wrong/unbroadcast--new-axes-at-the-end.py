# task: unbroadcast
# loses: test-unbroadcast-front 1, test-unbroadcast-both 1
# mistake: the extra axes are taken from the end, but broadcasting puts them in front
def unbroadcast(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=-1)
    for axis, length in enumerate(shape):
        if length == 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return gradient
