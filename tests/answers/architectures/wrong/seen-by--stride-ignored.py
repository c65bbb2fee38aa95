# task: seen-by
# loses: test-seen-by-stride 1
# mistake: The strides are ignored
def seen_by(stack, position):
    """Return the first and the last input position that an output position depends on."""
    first = last = position
    for kernel, _, padding, dilation in reversed(stack):  # from the top down
        first = first - padding
        last = last - padding + dilation * (kernel - 1)
    return first, last
