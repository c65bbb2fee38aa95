# task: seen-by
# loses: test-seen-by-padding 1
# mistake: Negative positions are cut off at 0
def seen_by(stack, position):
    """Return the first and the last input position that an output position depends on."""
    first = last = position
    for kernel, stride, padding, dilation in reversed(stack):  # from the top down
        first = first * stride - padding
        last = last * stride - padding + dilation * (kernel - 1)
    return max(first, 0), last
