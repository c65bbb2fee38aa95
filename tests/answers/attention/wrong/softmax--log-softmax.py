# task: softmax
# loses: test-softmax-value 1, test-softmax-axis 1, test-softmax-stable 1
# mistake: the log of the softmax is returned
def softmax(z, axis=-1):
    shifted = z - np.max(z, axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
