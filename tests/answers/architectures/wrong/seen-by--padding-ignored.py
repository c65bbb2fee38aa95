# task: seen-by
# loses: test-seen-by-padding 1
# mistake: The padding is ignored
def seen_by(stack, position):
    """Return the first and the last input position that an output position depends on."""
    first = last = position
    for kernel, stride, _, dilation in reversed(stack):  # from the top down
        first = first * stride
        last = last * stride + dilation * (kernel - 1)
    return first, last
