# task: unbroadcast
# how: the shape is padded with ones in front, then one sum over all axes of length 1, then reshape
def unbroadcast(gradient, shape):
    padded = (1,) * (gradient.ndim - len(shape)) + tuple(shape)
    axes = tuple(axis for axis, length in enumerate(padded) if length == 1)
    return gradient.sum(axis=axes).reshape(shape)
