# task: reverse
# how: a hook on the tensor in PyTorch; the value comes back exactly in TensorFlow
def reverse_torch(x, strength):
    y = x * 1
    y.register_hook(lambda gradient: gradient * -strength)
    return y


def reverse_tensorflow(x, strength):
    back = -strength * x
    return tf.stop_gradient(x) + (back - tf.stop_gradient(back))
