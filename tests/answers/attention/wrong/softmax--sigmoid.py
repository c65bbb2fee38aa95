# task: softmax
# loses: test-softmax-value 1, test-softmax-axis 1, test-softmax-stable 1
# mistake: a sigmoid of each logit: the weights do not compete
def softmax(z, axis=-1):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))
