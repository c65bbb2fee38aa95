# task: reverse
# loses: test-reverse-torch 1, test-reverse-tensorflow 1
# mistake: multiplies by 1 − strength
def reverse_torch(x, strength):
    """Return x; the gradient is multiplied by -strength on the way back (PyTorch)."""

    class Reverse(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.clone()

        @staticmethod
        def backward(ctx, upstream):
            return (1 - strength) * upstream

    return Reverse.apply(x)


def reverse_tensorflow(x, strength):
    """Return x; the gradient is multiplied by -strength on the way back (TensorFlow)."""

    @tf.custom_gradient
    def layer(x):
        def backward(upstream):
            return (1 - strength) * upstream

        return tf.identity(x), backward

    return layer(x)
