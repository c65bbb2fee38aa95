# task: conv-sizes
# loses: test-conv-sizes-dilation 1
# mistake: The kernel's reach is taken to be its number of entries
def conv_sizes(size, kernel, stride, padding, dilation):
    """Return the zeros before, the zeros after, and the size of the output along one axis."""
    reach = kernel
    if padding == "same":
        output = -(-size // stride)  # rounded up
        total = max((output - 1) * stride + reach - size, 0)
        return total // 2, total - total // 2, output
    zeros = 0 if padding == "valid" else padding
    return zeros, zeros, (size + 2 * zeros - reach) // stride + 1
