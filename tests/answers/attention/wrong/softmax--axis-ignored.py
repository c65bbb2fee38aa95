# task: softmax
# loses: test-softmax-axis 1
# mistake: always the last axis, whatever is asked for
def softmax(z, axis=-1):
    exponentials = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
