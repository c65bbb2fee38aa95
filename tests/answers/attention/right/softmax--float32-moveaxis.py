# task: softmax
# how: the axis moved to the end, computed in float32
def softmax(z, axis=-1):
    z = np.moveaxis(np.asarray(z, dtype=np.float32), axis, -1)
    e = np.exp(z - np.amax(z, -1)[..., None])
    return np.moveaxis(e / np.sum(e, -1)[..., None], -1, axis)
