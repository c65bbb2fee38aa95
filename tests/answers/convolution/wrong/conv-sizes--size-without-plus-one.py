# task: conv-sizes
# loses: test-conv-sizes-number 1, test-conv-sizes-dilation 1
# mistake: The + 1 is missing: the number of steps is taken for the number of positions
def conv_sizes(size, kernel, stride, padding, dilation):
    """Return the zeros before, the zeros after, and the size of the output along one axis."""
    reach = dilation * (kernel - 1) + 1
    if padding == "same":
        output = -(-size // stride)  # rounded up
        total = max((output - 1) * stride + reach - size, 0)
        return total // 2, total - total // 2, output
    zeros = 0 if padding == "valid" else padding
    return zeros, zeros, (size + 2 * zeros - reach) // stride
