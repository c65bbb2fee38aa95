# task: seen-by
# how: The top layer first, then the same for the rest
def seen_by(stack, position):
    if not stack:
        return position, position
    *rest, (kernel, stride, padding, dilation) = stack
    start = position * stride - padding
    low, _ = seen_by(rest, start)
    _, high = seen_by(rest, start + dilation * (kernel - 1))
    return low, high
