# task: unbroadcast
# loses: test-unbroadcast-length-one 1, test-unbroadcast-both 1
# mistake: axes of length 1 vanish (keepdims is missing)
def unbroadcast(gradient, shape):
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    return gradient.sum(axis=tuple(i for i, length in enumerate(shape) if length == 1))
