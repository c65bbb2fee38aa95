# task: reverse
# loses: test-reverse-torch 1, test-reverse-tensorflow 1
# mistake: the sign changes, the strength is forgotten
def reverse_torch(x, strength):
    """Return x; the gradient is multiplied by -strength on the way back (PyTorch)."""

    class Reverse(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.clone()

        @staticmethod
        def backward(ctx, upstream):
            return -upstream

    return Reverse.apply(x)


def reverse_tensorflow(x, strength):
    """Return x; the gradient is multiplied by -strength on the way back (TensorFlow)."""

    @tf.custom_gradient
    def layer(x):
        def backward(upstream):
            return -upstream

        return tf.identity(x), backward

    return layer(x)
