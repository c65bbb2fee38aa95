# task: seen-by
# loses: test-seen-by-size 1, test-seen-by-stride 1, test-seen-by-padding 1
# mistake: The reach is dilation times kernel
def seen_by(stack, position):
    """Return the first and the last input position that an output position depends on."""
    first = last = position
    for kernel, stride, padding, dilation in reversed(stack):  # from the top down
        first = first * stride - padding
        last = last * stride - padding + dilation * kernel
    return first, last
