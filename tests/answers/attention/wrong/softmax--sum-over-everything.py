# task: softmax
# loses: test-softmax-axis 1, test-softmax-stable 1
# mistake: the sum runs over the whole array and not along the axis
def softmax(z, axis=-1):
    exponentials = np.exp(z - np.max(z))
    return exponentials / exponentials.sum()
