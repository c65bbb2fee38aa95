# task: softmax
# loses: test-softmax-stable 1
# mistake: logits are clipped to avoid the overflow, which makes large ones equal
def softmax(z, axis=-1):
    exponentials = np.exp(np.clip(z, -500, 500))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)
