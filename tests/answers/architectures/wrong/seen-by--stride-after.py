# task: seen-by
# loses: test-seen-by-stride 1
# mistake: The kernel is added before the stride is applied
def seen_by(stack, position):
    """Return the first and the last input position that an output position depends on."""
    first = last = position
    for kernel, stride, padding, dilation in reversed(stack):  # from the top down
        first = first * stride - padding
        last = (last + dilation * (kernel - 1)) * stride - padding
    return first, last
