# task: seen-by
# loses: test-seen-by-size 1
# mistake: The dilation is ignored
def seen_by(stack, position):
    """Return the first and the last input position that an output position depends on."""
    first = last = position
    for kernel, stride, padding, _ in reversed(stack):  # from the top down
        first = first * stride - padding
        last = last * stride - padding + kernel - 1
    return first, last
