# task: softmax
# loses: test-softmax-stable 1
# mistake: the maximum of the whole array: rows far below it underflow to 0 / 0
def softmax(z, axis=-1):
    exponentials = np.exp(z - np.max(z))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)
