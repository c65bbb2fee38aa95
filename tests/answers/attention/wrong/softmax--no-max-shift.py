# task: softmax
# loses: test-softmax-stable 1
# mistake: the largest logit is not subtracted: exp overflows
def softmax(z, axis=-1):
    exponentials = np.exp(z)
    return exponentials / exponentials.sum(axis=axis, keepdims=True)
