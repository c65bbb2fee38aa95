# task: softmax
# loses: test-softmax-axis 1, test-softmax-stable 1
# mistake: keepdims is missing: the sums broadcast along the wrong axis
def softmax(z, axis=-1):
    exponentials = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis)
