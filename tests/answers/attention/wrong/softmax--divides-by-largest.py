# task: softmax
# loses: test-softmax-value 1, test-softmax-axis 1, test-softmax-stable 1
# mistake: scaled by the largest exponential and not by the sum
def softmax(z, axis=-1):
    return np.exp(z - np.max(z, axis=axis, keepdims=True))
