# task: seen-by
# loses: test-seen-by-size 1, test-seen-by-stride 1, test-seen-by-padding 1
# mistake: The field is centred on the position, as if the padding were half the kernel in every layer
def seen_by(stack, position):
    """Return the first and the last input position that an output position depends on."""
    first = last = position
    for kernel, stride, _, dilation in reversed(stack):  # from the top down
        first = first * stride - dilation * (kernel - 1) // 2
        last = last * stride + dilation * (kernel - 1) // 2
    return first, last
