# task: reverse
# loses: test-reverse-torch 1
# mistake: the PyTorch layer does nothing at all
def reverse_torch(x, strength):
    """Return x; the gradient is multiplied by -strength on the way back (PyTorch)."""

    class Reverse(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.clone()

        @staticmethod
        def backward(ctx, upstream):
            return -strength * upstream

    return x


def reverse_tensorflow(x, strength):
    """Return x; the gradient is multiplied by -strength on the way back (TensorFlow)."""

    @tf.custom_gradient
    def layer(x):
        def backward(upstream):
            return -strength * upstream

        return tf.identity(x), backward

    return layer(x)
