# task: seen-by
# loses: test-seen-by-size 1, test-seen-by-stride 1, test-seen-by-padding 1
# mistake: The last position is one too far, as the end of a slice
def seen_by(stack, position):
    """Return the first and the last input position that an output position depends on."""
    first = last = position
    for kernel, stride, padding, dilation in reversed(stack):  # from the top down
        first = first * stride - padding
        last = last * stride - padding + dilation * (kernel - 1)
    return first, last + 1
