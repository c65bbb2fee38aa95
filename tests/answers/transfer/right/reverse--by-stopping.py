# task: reverse
# how: the value from a part without gradient, the gradient from one without value
def reverse_torch(x, strength):
    return (1 + strength) * x.detach() - strength * x


def reverse_tensorflow(x, strength):
    return tf.stop_gradient((1 + strength) * x) - strength * x
