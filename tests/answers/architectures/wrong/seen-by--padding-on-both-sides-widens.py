# task: seen-by
# loses: test-seen-by-padding 1
# mistake: The padding is added at the end, as if it widened the field
def seen_by(stack, position):
    """Return the first and the last input position that an output position depends on."""
    first = last = position
    for kernel, stride, padding, dilation in reversed(stack):  # from the top down
        first = first * stride - padding
        last = last * stride + padding + dilation * (kernel - 1)
    return first, last
