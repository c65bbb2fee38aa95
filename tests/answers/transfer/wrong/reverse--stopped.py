# task: reverse
# loses: test-reverse-torch 1, test-reverse-tensorflow 1
# mistake: stops the gradient, so that nothing goes back
def reverse_torch(x, strength):
    return x.detach() + 0 * x


def reverse_tensorflow(x, strength):
    return tf.stop_gradient(x) + 0 * x
