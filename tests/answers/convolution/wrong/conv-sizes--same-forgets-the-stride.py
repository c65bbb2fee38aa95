# task: conv-sizes
# loses: test-conv-sizes-same-stride 1
# mistake: The zeros of stride 1 are used for every stride, as padding = kernel // 2 does
def conv_sizes(size, kernel, stride, padding, dilation):
    """Return the zeros before, the zeros after, and the size of the output along one axis."""
    reach = dilation * (kernel - 1) + 1
    if padding == "same":
        output = -(-size // stride)  # rounded up
        total = reach - 1
        return total // 2, total - total // 2, output
    zeros = 0 if padding == "valid" else padding
    return zeros, zeros, (size + 2 * zeros - reach) // stride + 1
