# task: seen-by
# loses: test-seen-by-stride 1
# mistake: The layers are walked from the input upwards
def seen_by(stack, position):
    """Return the first and the last input position that an output position depends on."""
    first = last = position
    for kernel, stride, padding, dilation in stack:  # from the top down
        first = first * stride - padding
        last = last * stride - padding + dilation * (kernel - 1)
    return first, last
