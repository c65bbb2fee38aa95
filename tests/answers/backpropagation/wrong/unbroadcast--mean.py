# task: unbroadcast
# loses: test-unbroadcast-front 1, test-unbroadcast-length-one 1, test-unbroadcast-both 1
# mistake: the mean is taken where the gradients must be added up
def unbroadcast(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.mean(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            gradient = gradient.mean(axis=axis, keepdims=True)
    return gradient
